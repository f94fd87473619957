using System.Text;
using System.Text.Json;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Rest;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>
/// Registers the lines of a file as <c>export</c> writes them, each a registration of the REST API. Every line has a
/// business key or an identifier. So a file can be sent again, and nothing needs to be noted of how far it was.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="file">The path of the file.</param>
/// <param name="update">Changes records that differ; null to refuse such lines.</param>
/// <param name="rights">Whose rights the lines have.</param>
/// <param name="terminal">Gets the lines that are refused, with their reasons.</param>
internal sealed class JsonLinesImporter(
    NodeContainer node,
    string file,
    RowUpdate? update,
    FileRights rights,
    Terminal terminal
) : IDisposable
{
    private const int MaxShown = 100;

    private readonly PreviewedValues _values = new();
    private readonly RowFindings _findings = new(new("line", "行"), terminal.Explain);
    private StreamWriter? _bad;

    /// <summary>The number of lines registered at a time.</summary>
    public int BatchSize { get; init; } = 1_000;

    /// <summary>Writes nothing, and counts what would become of the lines.</summary>
    public bool IsDryRun { get; init; }

    public ImportCounts Counts { get; } = new();

    /// <summary>The file of the refused lines, as they are.</summary>
    public string BadFile => file + ".bad.jsonl";

    /// <summary>Takes all lines. False if it was cancelled before.</summary>
    public async Task<bool> RunAsync(WorkProgress progress, CancellationToken cancellationToken)
    {
        using var lines = Open();
        if (!IsDryRun)
        {
            File.Delete(BadFile);
        }
        var batch = new List<(long Number, string Text)>(BatchSize);
        var number = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            batch.Clear();
            while (batch.Count < BatchSize && await ReadLineAsync(lines, number) is { } line)
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    batch.Add((number, line));
                }
            }
            await TakeAsync(batch);
            progress.Report(number, (double)lines.BaseStream.Position / Math.Max(1, lines.BaseStream.Length));
            if (batch.Count < BatchSize)
            {
                return true;
            }
        }
        return false;
    }

    private async Task<string?> ReadLineAsync(StreamReader lines, long before)
    {
        try
        {
            return await lines.ReadLineAsync(CancellationToken.None);
        }
        catch (DecoderFallbackException)
        {
            throw new Options.OperatorException(
                $"{file}: the text after line {before} is not UTF-8.",
                $"{file}：第 {before} 行之后的文本不是 UTF-8。"
            );
        }
    }

    private StreamReader Open()
    {
        try
        {
            return new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Options.OperatorException($"{file} cannot be read: {e.Message}", $"{file} 无法读取：{e.Message}");
        }
    }

    private async Task TakeAsync(List<(long Number, string Text)> batch)
    {
        // A node beside this process may have published a new version of a template.
        await node.Get<LogFollower>().CatchUpAsync(CancellationToken.None);
        var requests = batch.ConvertAll(line => Read(line.Text));
        var results = IsDryRun ? await PreviewAsync(requests, batch) : await RegisterAsync(requests, batch);
        for (var i = 0; i < batch.Count; i++)
        {
            Counts.Add(results[i]);
            if (requests[i].IsOk)
            {
                rights.Name(batch[i].Number, requests[i].Value, results[i]);
            }
            if (results[i].Error is { } error)
            {
                KeepBad(batch[i].Text);
                if (Counts.Bad <= MaxShown)
                {
                    var reasons = rights.Reasons(error, terminal).ToList();
                    terminal.Explain(
                        $"line {batch[i].Number}: {string.Join("; ", reasons)}",
                        $"第 {batch[i].Number} 行：{string.Join("；", reasons)}"
                    );
                }
            }
        }
        if (_bad is not null)
        {
            await _bad.FlushAsync(CancellationToken.None);
        }
    }

    private void KeepBad(string line)
    {
        if (!IsDryRun)
        {
            _bad ??= new StreamWriter(VerbFile.Create(BadFile));
            _bad.WriteLine(line);
        }
    }

    public void Dispose() => _bad?.Dispose();

    internal static Result<RegistrationRequest> Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var read = BodyReader.Registration(json.RootElement);
            return read is { IsOk: true, Value: { Identifier: null, SourceKey: null } }
                ? Error.Of(
                    ErrorCode.InvalidValue,
                    "The line has neither an identifier nor a business key: sent again, it would be another item.",
                    "该行既无标识也无业务主键，重复导入会产生另一个标识。",
                    "identifier"
                )
                : read;
        }
        catch (JsonException)
        {
            return Error.Of(ErrorCode.Malformed, "The line is not JSON.", "该行不是 JSON。");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped.
            return Error.Of(
                ErrorCode.Malformed,
                "The line holds text that is not valid Unicode.",
                "该行含有无效的 Unicode 文本。"
            );
        }
    }

    private async Task<Result<WriteOutcome>[]> RegisterAsync(
        List<Result<RegistrationRequest>> requests,
        List<(long Number, string Text)> batch
    )
    {
        var results = await node.Get<Registrar>().RegisterAsync(requests, rights.Caller, CancellationToken.None);
        // If the store failed, the lines are not bad: the next run does them again.
        StoreFailure.ThrowIfAny(results);
        for (var i = 0; i < results.Length; i++)
        {
            _findings.Add(batch[i].Number, results[i].IsOk ? results[i].Value.Mistyped : null);
        }
        if (update is not null)
        {
            var good = Enumerable.Range(0, results.Length).Where(i => requests[i].IsOk).ToList();
            var changed = await update.ApplyAsync(
                good.ConvertAll(i => requests[i].Value),
                good.ConvertAll(i => results[i])
            );
            foreach (var (i, position) in good.Index())
            {
                results[position] = changed[i];
            }
        }
        return Array.ConvertAll(results, Outcome);

        static Result<WriteOutcome> Outcome(Result<Registered> result) =>
            result.IsOk ? result.Value.Outcome : result.Error;
    }

    private async Task<Result<WriteOutcome>[]> PreviewAsync(
        List<Result<RegistrationRequest>> requests,
        List<(long Number, string Text)> batch
    )
    {
        var results = new Result<WriteOutcome>[requests.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var preview = requests[i].IsOk
                ? await node.Get<Registrar>()
                    .PreviewAsync(requests[i].Value, _values, rights.Caller, CancellationToken.None)
                : requests[i].Error!;
            if (preview is { IsOk: true, Value: WriteOutcome.Created })
            {
                _findings.Add(batch[i].Number, await node.Get<Registrar>().DoubtAsync(requests[i].Value));
            }
            results[i] =
                requests[i].IsOk && update is not null
                    ? await update.PreviewAsync(requests[i].Value, preview, CancellationToken.None)
                    : preview;
        }
        return results;
    }
}
