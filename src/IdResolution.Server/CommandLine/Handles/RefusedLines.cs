using System.Globalization;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>
/// Reports refused lines and their reasons: all in a file beside the imported one, the first of them also on standard
/// error. For standard input there is no such file, so all go to standard error at once.
/// </summary>
/// <param name="path">The imported file; null for standard input.</param>
/// <param name="terminal">Where the lines are shown.</param>
internal sealed class RefusedLines(string? path, Terminal terminal) : IDisposable
{
    // All others are in the file only.
    private const int MaxShown = 10;

    private readonly BadRows? _bad = path is null ? null : new(path + ".bad.csv", ["line", "reason", "handle"]);
    private readonly List<string> _shown = [];

    /// <summary>True if each line is shown as it comes.</summary>
    public bool AreShownAtOnce => path is null;

    /// <summary>Deletes the file of an earlier import.</summary>
    public void Begin() => _bad?.Begin(0);

    public void Add(HandleLine line, IReadOnlyList<string> reasons)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"line {line.Number}: {line.Handle}{(line.Handle.Length > 0 ? ": " : "")}" + $"{string.Join("; ", reasons)}"
        );
        if (_bad is null)
        {
            terminal.Error.WriteLine(text);
            return;
        }
        _bad.Add(line.Number, reasons, [line.Handle]);
        if (_shown.Count < MaxShown)
        {
            _shown.Add(text);
        }
    }

    /// <summary>Writes everything to the file, and shows the first lines and the name of the file.</summary>
    public void Finish()
    {
        _bad?.Flush();
        _shown.ForEach(terminal.Error.WriteLine);
        if (_bad?.Length > 0)
        {
            terminal.Error.WriteLine($"The lines that were refused, with their reasons, are in {path}.bad.csv.");
        }
    }

    public void Dispose() => _bad?.Dispose();
}
