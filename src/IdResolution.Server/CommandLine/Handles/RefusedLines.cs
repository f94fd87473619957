using IdResolution.Core.Primitives;
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
    private readonly List<Text> _shown = [];

    /// <summary>True if each line is shown as it comes.</summary>
    public bool AreShownAtOnce => path is null;

    /// <summary>Deletes the file of an earlier import.</summary>
    public void Begin() => _bad?.Begin(0);

    public void Add(HandleLine line, IReadOnlyList<string> reasons)
    {
        var (why, whyZh) = (string.Join("; ", reasons), string.Join("；", reasons));
        var handle = TerminalText.OneLine(line.Handle);
        var text = new Text(
            $"line {line.Number}: {handle}{(line.Handle.Length > 0 ? ": " : "")}{why}",
            $"第 {line.Number} 行：{handle}{(line.Handle.Length > 0 ? "：" : "")}{whyZh}"
        );
        if (_bad is null)
        {
            terminal.Explain(text);
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
        _shown.ForEach(terminal.Explain);
        if (_bad?.Length > 0)
        {
            terminal.Explain(
                $"The lines that were refused, with their reasons, are in {path}.bad.csv.",
                $"被拒绝的行及其原因见 {path}.bad.csv。"
            );
        }
    }

    public void Dispose() => _bad?.Dispose();
}
