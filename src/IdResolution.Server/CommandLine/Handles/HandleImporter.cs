using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>
/// Creates the handles of a file. Each is one write, and one that is there with the same values is recognised: whatever
/// ended an import, the same again goes on.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="lines">The file.</param>
/// <param name="overwrite">Replace the values of handles that exist, and bring back those that were revoked.</param>
/// <param name="explain">An error as lines for people.</param>
/// <param name="refuse">Takes a line that was refused and why.</param>
internal sealed class HandleImporter(
    NodeContainer node,
    LineReader lines,
    bool overwrite,
    Func<Error, IEnumerable<string>> explain,
    Action<HandleLine, IReadOnlyList<string>> refuse
)
{
    // Created at once: the store makes few transactions of them.
    private const int BatchLines = 2_000;
    private const int BatchBytes = 16 << 20;

    /// <summary>Said of a handle that need not be written.</summary>
    private static readonly Error s_same = Error.Of(
        ErrorCode.AlreadyExists,
        "The handle has these values.",
        "该标识已有这些值。"
    );

    private readonly FileValues _values = new(node);

    /// <summary>
    /// Prefixes whose records say where they are served: this node serves them where the file has handles of them.
    /// </summary>
    private readonly HashSet<Prefix> _delegated = [];

    /// <summary>What became of the lines so far.</summary>
    public HandleImportCounts Counts { get; } = new();

    /// <summary>The last line that is done.</summary>
    public long Line { get; private set; }

    /// <summary>True where the last line was reached.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>
    /// Creates what the file holds. A cancellation ends it after the batch under way, with <see cref="IsComplete"/>
    /// false.
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

    /// <summary>Reads lines until there are enough for a batch; false at the end of the file.</summary>
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
            ? HandleLine.Bad(lines.Number, "", $"The line is longer than {LineReader.MaxLength:N0} bytes.")
            : HandleLine.Read(lines.Number, text, explain);

    /// <summary>Adds a line to the batch, which is written first where the line must come after it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="batch">The lines to write together.</param>
    /// <param name="keys">The keys of their handles.</param>
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
                // Of one handle's lines the later one is the later write.
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
            // Derived from one that is homed: the record may be there to say that another server has it.
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

    /// <summary>Whether the handle's prefix is homed here; the line is refused where it is not.</summary>
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
        Refuse(
            line,
            [
                identifier.IsPrefixRecord
                    ? $"handle: '{identifier.Suffix}' is not a prefix."
                    : $"handle: The prefix {identifier.Prefix} is not homed on this node. Home it (idnode init "
                        + $"--data {node.Get<NodeOptions>().Data} --prefix {identifier.Prefix}), or put its record "
                        + $"{Identifier.PrefixRecords}/{identifier.Prefix} before this line.",
            ]
        );
        return false;
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

    /// <summary>Creates the handles of a batch, at once, and empties it.</summary>
    private async Task WriteAsync(List<HandleLine> batch)
    {
        var results = await Task.WhenAll(batch.Select(CreateAsync));
        // Where the store failed, the line is not bad: the same import again does it.
        StoreFailure.ThrowIfAny(results);
        for (var i = 0; i < results.Length; i++)
        {
            switch (results[i])
            {
                case { Error: { } error } when ReferenceEquals(error, s_same):
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
        node.Get<RecordEditor>()
            .CreateAsync(
                line.Identifier!,
                line.Values,
                overwrite: true,
                current => Judge(line, current),
                Caller.CommandLine,
                CancellationToken.None
            );

    /// <summary>Why what stands is not replaced, or null.</summary>
    private Error? Judge(HandleLine line, StoredRecord? current) =>
        current switch
        {
            null => null,
            { Status: RecordStatus.Revoked } => overwrite
                ? null
                : Error.Of(
                    ErrorCode.Revoked,
                    "It was revoked here; --overwrite brings it back with these values.",
                    "该标识已在本节点注销；使用 --overwrite 以这些值恢复。",
                    "handle"
                ),
            _ when _values.Are(current, line.Values) => s_same,
            // Nobody who loads a file means to lose templates by the thousand; a Handle client that means it can create
            // over the record.
            _ when RecordState.IsTemplated(current) => Error.Of(
                ErrorCode.AlreadyExists,
                "It is registered here by a template and other values; an import does not take templates away. "
                    + "Change its attributes instead.",
                "该标识已在本节点按模板注册且值不同；导入不会取消模板，请改为修改其属性。",
                "handle"
            ),
            _ => overwrite
                ? null
                : Error.Of(
                    ErrorCode.AlreadyExists,
                    "It exists here with other values; --overwrite replaces them.",
                    "该标识已存在且值不同；使用 --overwrite 替换。",
                    "handle"
                ),
        };

    private void Refuse(HandleLine line, IReadOnlyList<string> reasons)
    {
        Counts.Refused++;
        refuse(line, reasons);
    }
}
