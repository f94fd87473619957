using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Labels;

/// <summary>The layout of labels on a printed A4 page.</summary>
internal sealed record SheetOptions : LabelForm
{
    public const int MaxColumns = 6;

    /// <summary>The smallest side of a QR code in millimetres.</summary>
    public const int MinQr = 10;

    /// <summary>The largest side of a QR code in millimetres.</summary>
    public const int MaxQr = 60;

    /// <summary>The margin of the page in millimetres.</summary>
    public const int PageMargin = 10;

    /// <summary>The space inside a label's border in millimetres.</summary>
    public const int Padding = 2;

    private const int PaperWidth = 210;
    private const int SpaceBesideQr = 1;

    // Borders, rounded up.
    private const double Lines = 0.5;

    /// <summary>The number of labels side by side, 1 to 6.</summary>
    public int Columns { get; init; } = 3;

    /// <summary>
    /// The side of each QR code in millimetres, with its quiet zone: 10 to 60, but not wider than the column.
    /// </summary>
    public int Qr { get; init; } = 25;

    /// <summary>The width within a label in millimetres.</summary>
    public double Inside => InsideOf(Columns);

    /// <summary>The width for texts beside the QR code in millimetres.</summary>
    public double BesideQr => Inside - Qr - SpaceBesideQr;

    /// <inheritdoc/>
    public override string MediaType => "text/html";

    /// <inheritdoc/>
    public override Error? Refusal(LabelContent label) => null;

    /// <inheritdoc/>
    public override IAsyncEnumerable<string> PiecesAsync(IAsyncEnumerable<LabelBatch> batches, Language language) =>
        LabelSheet.PiecesAsync(batches, this, language);

    /// <summary>Reads options from a query. Null or empty settings get their defaults.</summary>
    /// <returns>The options, or <see cref="ErrorCode.InvalidValue"/> naming <c>columns</c> or <c>qr</c>.</returns>
    public static Result<SheetOptions> Parse(string? columns, string? qr)
    {
        var reader = new QueryReader();
        var count = reader.Integer("columns", columns, 3, 1, MaxColumns);
        var options = new SheetOptions { Columns = count, Qr = reader.Integer("qr", qr, 25, MinQr, Widest(count)) };
        return reader.Error is { } error ? error : options;
    }

    private static int Widest(int columns) => Math.Min(MaxQr, (int)InsideOf(columns));

    private static double InsideOf(int columns) =>
        ((double)(PaperWidth - (2 * PageMargin)) / columns) - (2 * Padding) - Lines;
}
