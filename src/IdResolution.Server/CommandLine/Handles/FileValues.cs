using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Hosting;
using IdResolution.Server.Http;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Gives a record's Handle values for a file. Values of templated records are rendered.</summary>
internal sealed class FileValues
{
    private readonly RecordValues _values;
    private readonly NodeSecrets _secrets;

    public FileValues(NodeContainer node)
    {
        var options = node.Get<NodeOptions>();
        NodeOptions.TryEndPoint(options.Http, out var http);
        _values = new RecordValues(
            node.Get<CatalogHolder>(),
            node.Get<IRecordCache>(),
            node.Get<AccessPolicy>(),
            RecordValues.SettingsOf(new PublicAddress { Url = options.PublicUrl ?? PublicAddress.Default(http) })
        );
        _secrets = node.Get<NodeSecrets>();
    }

    /// <summary>All values in ascending order of index. Secrets stay encrypted, as they are stored.</summary>
    public List<RawValue> Of(StoredRecord record) => _values.All(record);

    /// <summary>The same values with their secrets decrypted.</summary>
    public List<RawValue> Reveal(StoredRecord record, List<RawValue> values) =>
        values.ConvertAll(v => v.IsSecret ? v with { Data = _secrets.Decrypt(v.Data, v.OwnerIn(record.Key)) } : v);

    /// <summary>True if a record has exactly these values, in any order. Secrets are compared in plain form.</summary>
    public bool Are(StoredRecord record, IReadOnlyList<RawValue> values)
    {
        var existing = Of(record);
        return existing.Count == values.Count
            && Reveal(record, existing)
                .Zip(values.OrderBy(v => v.Index))
                .All(pair =>
                    pair.First.Index == pair.Second.Index
                    && pair.First.Encode().AsSpan().SequenceEqual(pair.Second.Encode())
                );
    }
}
