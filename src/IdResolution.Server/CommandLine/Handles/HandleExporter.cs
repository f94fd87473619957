using System.Runtime.CompilerServices;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Views;
using IdResolution.HandleProtocol.Json;
using IdResolution.Server.Codec;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>
/// Streams the active records of homed prefixes as handles with their values. Prefix records come first; each part is
/// in the order of keys.
/// </summary>
/// <param name="node">The node to export from.</param>
/// <param name="only">The one prefix to export; null exports all.</param>
/// <param name="withSecrets">True to write HS_SECKEY values, decrypted.</param>
internal sealed class HandleExporter(NodeContainer node, Prefix? only, bool withSecrets)
{
    private const int Page = 1_000;

    private static readonly LookupKey s_prefixRecords = LookupKey.Of(Identifier.PrefixRecords + "/");

    private readonly FileValues _values = new(node);
    private readonly HashSet<Prefix> _recorded = [];

    /// <summary>Number of handles written.</summary>
    public long Count { get; private set; }

    /// <summary>Number of those that come from templated records.</summary>
    public long Templated { get; private set; }

    /// <summary>Number of HS_SECKEY values that were left out.</summary>
    public long SecretsLeftOut { get; private set; }

    /// <summary>
    /// The exported prefixes without a record of their own. What they answer is rendered, and is not in the file.
    /// </summary>
    public IEnumerable<Prefix> WithoutRecord => Prefixes.Where(p => !_recorded.Contains(p));

    private List<Prefix> Prefixes =>
        [.. node.Get<CatalogHolder>().Current.Prefixes.Where(p => only is null || p.Equals(only))];

    /// <summary>The most handles that the export can have, unless more are created meanwhile.</summary>
    public async Task<long> EstimateAsync(CancellationToken cancellationToken)
    {
        var count = await node.Get<NodeStore>().Records.CountAsync(s_prefixRecords, cancellationToken);
        foreach (var prefix in Prefixes)
        {
            count += await node.Get<NodeStore>().Records.CountAsync(Beginning(prefix), cancellationToken);
        }
        return count;
    }

    public async Task RunAsync(
        TextWriter output,
        long estimate,
        WorkProgress progress,
        CancellationToken cancellationToken
    )
    {
        await foreach (var key in KeysAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (record, _) = await node.Get<NodeStore>().Records.FindAsync(key, cancellationToken);
            if (record is not { Status: RecordStatus.Active })
            {
                // It was revoked after it had been listed.
                continue;
            }
            if (RecordState.IsTemplated(record))
            {
                if (RecordReader.TemplateOf(record, node.Get<CatalogHolder>().Current) is null)
                {
                    // A node beside this process has published the template meanwhile.
                    await node.Get<LogFollower>().CatchUpAsync(cancellationToken);
                }
                Templated++;
            }
            progress.Report(++Count, Math.Min(1, (double)Count / Math.Max(1, estimate)));
            await output.WriteAsync(Text(record));
        }
        await output.FlushAsync(cancellationToken);
    }

    private string Text(StoredRecord record)
    {
        var values = _values.Of(record);
        if (withSecrets)
        {
            values = _values.Reveal(record, values);
        }
        else
        {
            SecretsLeftOut += values.RemoveAll(v => v.IsSecret);
        }
        var identifier = RecordState.IdentifierOf(record);
        return IndentedJson.Write(
                json =>
                    HandleRecordJson.Write(json, identifier, values.ConvertAll(v => v.ToHandleValue(record.UpdatedAt))),
                indented: false
            ) + '\n';
    }

    private async IAsyncEnumerable<LookupKey> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var listed in ListAsync(s_prefixRecords, cancellationToken))
        {
            if (
                Identifier.TryParse(listed.Identifier, out var identifier)
                && node.Get<CatalogHolder>().Current.IsHomed(identifier)
                && (only is null || IsOf(only, identifier))
            )
            {
                if (Prefix.TryParse(identifier.Suffix, out var prefix))
                {
                    _recorded.Add(prefix);
                }
                yield return listed.Key;
            }
        }
        foreach (
            var beginning in Prefixes
                .Select(Beginning)
                .Where(b => b != s_prefixRecords)
                .OrderBy(b => b.Bytes, Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)))
        )
        {
            await foreach (var listed in ListAsync(beginning, cancellationToken))
            {
                yield return listed.Key;
            }
        }
    }

    private async IAsyncEnumerable<ListedIdentifier> ListAsync(
        LookupKey beginning,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        LookupKey? after = null;
        IReadOnlyList<ListedIdentifier> page;
        do
        {
            page = await node.Get<NodeStore>().Records.ListAsync(beginning, after, Page, cancellationToken);
            foreach (var listed in page)
            {
                yield return listed;
                after = listed.Key;
            }
        } while (page.Count == Page);
    }

    /// <summary>True if the record is the prefix's own, or that of a derived prefix that is not homed itself.</summary>
    private bool IsOf(Prefix prefix, Identifier record) =>
        record.Suffix.Equals(prefix.Text, StringComparison.OrdinalIgnoreCase)
        || (
            record.Suffix.StartsWith(prefix.Text + ".", StringComparison.OrdinalIgnoreCase)
            && !node.Get<CatalogHolder>().Current.IsHomed(record.Suffix)
        );

    private static LookupKey Beginning(Prefix prefix) => LookupKey.Of(prefix.Text + "/");
}
