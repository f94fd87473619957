using System.Globalization;

namespace IdResolution.Server.Tracing;

/// <summary>
/// Keeps spreadsheets from taking a cell for a formula (CWE-1236): an apostrophe is put before it. Cells that look like
/// that already get one more, so that an import can always take one away.
/// </summary>
internal static class FormulaSafe
{
    private const char Apostrophe = '\'';

    /// <summary>Puts the apostrophe before a cell that needs it.</summary>
    /// <param name="cell">The text of the cell.</param>
    /// <param name="isForced">
    /// True for every cell that a spreadsheet calculates; false for those alone that import would otherwise misread.
    /// </param>
    public static string Do(string cell, bool isForced) =>
        (isForced || cell.StartsWith(Apostrophe)) && IsFormula(cell.AsSpan().TrimStart(Apostrophe))
            ? Apostrophe + cell
            : cell;

    /// <summary>Takes the apostrophe away that <see cref="Do"/> has put.</summary>
    public static string Undo(string cell) =>
        cell.StartsWith(Apostrophe) && IsFormula(cell.AsSpan().TrimStart(Apostrophe)) ? cell[1..] : cell;

    /// <summary>
    /// Makes a cell of somebody else's file fit for a spreadsheet. An import reads it as it reads the cell itself. A
    /// number with a sign stays as it is.
    /// </summary>
    public static string Again(string cell)
    {
        var read = Undo(cell);
        return decimal.TryParse(read, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? read
            : Do(read, isForced: true);
    }

    /// <summary>The same for a text that is nobody's number; null stays null.</summary>
    public static string? Text(string? cell) => cell is null ? null : Do(cell, isForced: true);

    private static bool IsFormula(ReadOnlySpan<char> text) =>
        text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..];
}
