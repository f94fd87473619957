using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>
/// Creates the handles of a file. Each handle is one write, and a handle that has the same values already is
/// recognised. So an import that ended for any reason can be run again.
/// </summary>
/// <param name="node">The node to import into.</param>
/// <param name="lines">The lines of the file.</param>
/// <param name="overwrite">True to replace the values of handles that exist, and to bring back revoked ones.</param>
/// <param name="explain">Turns an error into lines for people.</param>
/// <param name="refuse">Receives each refused line and the reasons.</param>
/// <param name="language">The language of the reasons.</param>
internal sealed class HandleImporter(
    NodeContainer node,
    LineReader lines,
    bool overwrite,
    Func<Error, IEnumerable<string>> explain,
    Action<HandleLine, IReadOnlyList<string>> refuse,
    Language language = Language.English
)
{
    // The handles of a batch are created at the same time, so the store commits them in few transactions.
    private const int BatchLines = 2_000;
    private const int BatchBytes = 16 << 20;

    private readonly FileValues _values = new(node);

    /// <summary>
    /// Derived prefixes whose records in the file name a site. This node homes one only if the file has handles of it.
    /// </summary>
    private readonly HashSet<Prefix> _delegated = [];

    public HandleImportCounts Counts { get; } = new();

    /// <summary>The number of the last line that is done.</summary>
    public long Line { get; private set; }

    /// <summary>True after the last line is done.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>
    /// Creates the handles of the file. A cancellation ends it after the current batch and leaves
    /// <see cref="IsComplete"/> false.
    /// </summary>
    public async Task<HandleImportCounts> RunAsync(WorkProgress progress, CancellationToken cancellationToken)
    {
        progress.Report(0, lines.Share);
        var batch = new List<HandleLine>(BatchLines);
        while (!IsComplete && !cancellationToken.IsCancellationRequested)
        {
            // A node beside this process may have homed a prefix.
            await node.Get<LogFollower>().CatchUpAsync(CancellationToken.None);
            var isLast = !await FillAsync(batch);
            await WriteAsync(batch);
            (Line, IsComplete) = (lines.Number, isLast);
            progress.Report(Line, IsComplete ? 1 : lines.Share);
        }
        return Counts;
    }

    /// <summary>Reads lines until the batch is full; false at the end of the file.</summary>
    private async Task<bool> FillAsync(List<HandleLine> batch)
    {
        var keys = new HashSet<LookupKey>();
        for (var bytes = 0; batch.Count < BatchLines && bytes < BatchBytes; )
        {
            if (!lines.TryRead(out var text))
            {
                return false;
            }
            bytes += text.Length;
            await TakeAsync(ReadLine(text), batch, keys);
        }
        return true;
    }

    private HandleLine ReadLine(ReadOnlyMemory<byte> text) =>
        lines.IsTooLong
            ? HandleLine.Bad(
                lines.Number,
                "",
                new Text(
                    $"The line is longer than {LineReader.MaxLength:N0} bytes.",
                    $"该行超过 {LineReader.MaxLength:N0} 字节。"
                ).In(language)
            )
            : HandleLine.Read(lines.Number, text, explain, language);

    /// <summary>Adds a line to the batch. If the line must come after the batch, the batch is written first.</summary>
    private async Task TakeAsync(HandleLine line, List<HandleLine> batch, HashSet<LookupKey> keys)
    {
        if (line.Identifier is not { } identifier)
        {
            Refuse(line, [line.Fault!]);
        }
        else if (line.RecordOf is { } prefix && !node.Get<CatalogHolder>().Current.IsHomed(prefix.Text))
        {
            await WriteAsync(batch);
            keys.Clear();
            await TakePrefixAsync(line, prefix);
        }
        else if (await IsOursAsync(line, identifier))
        {
            if (!keys.Add(identifier.Key))
            {
                // If a handle has several lines, the later line must be the later write.
                await WriteAsync(batch);
                keys.Clear();
                keys.Add(identifier.Key);
            }
            batch.Add(line);
        }
    }

    /// <summary>Homes a prefix and creates its record: both or neither.</summary>
    private async Task TakePrefixAsync(HandleLine line, Prefix prefix)
    {
        if (node.Get<CatalogHolder>().Current.IsHomed(line.Identifier!) && line.NamesSite)
        {
            // The prefix is derived from a homed one. Its record may say that another server has it.
            _delegated.Add(prefix);
            await WriteAsync([line]);
            return;
        }
        await HomeAsync(prefix);
        var refused = Counts.Refused;
        await WriteAsync([line]);
        if (
            Counts.Refused > refused
            && (await node.Get<PrefixHomer>().UnhomeAsync(prefix, Caller.CommandLine, CancellationToken.None)).IsOk
        )
        {
            Counts.Homed.Remove(prefix.Text);
        }
    }

    /// <summary>True if the handle's prefix is homed here; else the line is refused.</summary>
    private async Task<bool> IsOursAsync(HandleLine line, Identifier identifier)
    {
        if (node.Get<CatalogHolder>().Current.IsHomed(identifier))
        {
            return true;
        }
        if (_delegated.Contains(identifier.Prefix))
        {
            await HomeAsync(identifier.Prefix);
            return true;
        }
        Refuse(line, [NotOurs(identifier).In(language)]);
        return false;
    }

    private Text NotOurs(Identifier identifier)
    {
        if (identifier.IsPrefixRecord)
        {
            return new($"handle: '{identifier.Suffix}' is not a prefix.", $"handle：'{identifier.Suffix}' 不是前缀。");
        }
        var init = $"idnode init --data {node.Get<NodeOptions>().Data} --prefix {identifier.Prefix}";
        var record = $"{Identifier.PrefixRecords}/{identifier.Prefix}";
        return new(
            $"handle: The prefix {identifier.Prefix} is not homed on this node. Home it ({init}), or put its record "
                + $"{record} before this line.",
            $"handle：前缀 {identifier.Prefix} 不归属本节点。请使其归属（{init}），或将前缀记录 {record} 放在该行之前。"
        );
    }

    private async Task HomeAsync(Prefix prefix)
    {
        var homed = await node.Get<PrefixHomer>().HomeAsync([prefix], Caller.CommandLine, CancellationToken.None);
        if (!homed.IsOk)
        {
            throw new StoreException(homed.Error, null);
        }
        Counts.Homed.Add(prefix.Text);
    }

    /// <summary>Creates the handles of a batch at the same time and empties the batch.</summary>
    private async Task WriteAsync(List<HandleLine> batch)
    {
        var results = await Task.WhenAll(batch.Select(CreateAsync));
        // If the store failed, the line is not bad: the same import can be run again.
        StoreFailure.ThrowIfAny(results);
        for (var i = 0; i < results.Length; i++)
        {
            switch (results[i])
            {
                case { Error: { } error } when ReferenceEquals(error, HandleImportErrors.Same):
                    Counts.Same++;
                    break;
                case { Error: { } error }:
                    Refuse(batch[i], [.. explain(error)]);
                    break;
                case { Value.Outcome: WriteOutcome.Created }:
                    Counts.Created++;
                    break;
                default:
                    Counts.Replaced++;
                    break;
            }
        }
        batch.Clear();
    }

    private Task<Result<Registered>> CreateAsync(HandleLine line) =>
        node.Get<ValueEditor>()
            .CreateAsync(
                line.Identifier!,
                line.Values,
                overwrite: true,
                current => Judge(line, current),
                Caller.CommandLine,
                CancellationToken.None
            );

    /// <summary>Why an existing record is not replaced; null if it is, or if there is none.</summary>
    private Error? Judge(HandleLine line, StoredRecord? current) =>
        current switch
        {
            null => null,
            { Status: RecordStatus.Revoked } => overwrite ? null : HandleImportErrors.Revoked(),
            _ when _values.Are(current, line.Values) => HandleImportErrors.Same,
            // An import should not take away templates by the thousand. A Handle client can still create over such a
            // record.
            _ when RecordState.IsTemplated(current) => HandleImportErrors.Templated(),
            _ => overwrite ? null : HandleImportErrors.OtherValues(),
        };

    private void Refuse(HandleLine line, IReadOnlyList<string> reasons)
    {
        Counts.Refused++;
        refuse(line, reasons);
    }
}
