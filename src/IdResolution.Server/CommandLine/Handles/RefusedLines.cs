using System.Globalization;
using IdResolution.Server.CommandLine.Records.Import;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>
/// Lines of a file of handles that were refused, and why: in a file beside it, the first of them on standard error too.
/// Where there is no file, all of them there, as they come.
/// </summary>
/// <param name="path">The file that is imported; null for standard input.</param>
/// <param name="terminal">The terminal.</param>
internal sealed class RefusedLines(string? path, Terminal terminal) : IDisposable
{
    // What else was refused is in the file beside.
    private const int MaxShown = 10;

    private readonly BadRows? _bad = path is null ? null : new(path + ".bad.csv", ["line", "reason", "handle"]);
    private readonly List<string> _shown = [];

    /// <summary>True where each is shown as it comes.</summary>
    public bool AreShownAtOnce => path is null;

    /// <summary>Begins the file anew.</summary>
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

    /// <summary>Brings all to the file, and says for people what is in it.</summary>
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
