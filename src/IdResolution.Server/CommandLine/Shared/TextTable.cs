using System.Text;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// A table in plain text that people and other programs can read. Columns are as wide as their longest cell.
/// </summary>
internal sealed class TextTable(params string[] titles)
{
    private readonly List<string[]> _rows = [titles];

    public void Add(params string[] cells) => _rows.Add(Array.ConvertAll(cells, TerminalText.OneLine));

    public override string ToString()
    {
        var widths = Enumerable.Range(0, titles.Length).Select(c => _rows.Max(r => Width(r[c]))).ToArray();
        return string.Join(
            Environment.NewLine,
            _rows.Select(row =>
                string.Join("  ", row.Select((cell, c) => cell + new string(' ', widths[c] - Width(cell)))).TrimEnd()
            )
        );
    }

    // Chinese characters take two places on a terminal (Unicode TR 11).
    private static int Width(string text) => text.EnumerateRunes().Sum(r => IsWide(r) ? 2 : 1);

    private static bool IsWide(Rune rune) =>
        rune.Value
            is (>= 0x1100 and <= 0x115F)
                or (>= 0x2E80 and <= 0xA4CF)
                or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F)
                or (>= 0xFF00 and <= 0xFF60)
                or (>= 0x20000 and <= 0x3FFFD);
}
