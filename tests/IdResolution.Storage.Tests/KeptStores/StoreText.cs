using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Views;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Tests.Embedded;

namespace IdResolution.Storage.Tests.KeptStores;

/// <summary>
/// All that is read of a store, as text: by its ports alone, and nothing that a new form of the log may change.
/// </summary>
internal sealed class StoreText : IDisposable
{
    private const int All = 1_000;

    private static readonly CancellationToken s_stop = CancellationToken.None;

    private readonly NodeStore _store;
    private readonly CatalogHolder _catalog;
    private readonly StringBuilder _text = new();

    private StoreText(NodeStore store)
    {
        _store = store;
        _catalog = new CatalogHolder(store.Documents, TimeProvider.System);
    }

    public static async Task<string> ReadAsync(NodeStore store)
    {
        using var text = new StoreText(store);
        await text._catalog.ReloadAsync(0, s_stop);
        await text.AddDocumentsAsync();
        await text.AddRecordsAsync();
        await text.AddSearchesAsync();
        await text.AddLogAsync();
        await text.AddBesidesAsync();
        return text._text.ToString();
    }

    public void Dispose() => _catalog.Dispose();

    private async Task AddDocumentsAsync()
    {
        var (documents, head) = await _store.Documents.LoadAsync(s_stop);
        Head($"documents, head {head}");
        foreach (var d in documents.OrderBy(d => d.Kind).ThenBy(d => d.Code, StringComparer.Ordinal))
        {
            Line($"{d.Kind} {d.Code} object {d.Object} version {d.Version} sequence {d.Sequence} {d.Json}");
        }
    }

    private async Task AddRecordsAsync()
    {
        Head("records, from the log's keys");
        var keys = (await _store.Log.ReadKeysAsync(0, All, s_stop))
            .Where(k => k.Key.Bytes.Length > 0)
            .Select(k => k.Key);
        foreach (var key in keys.Distinct())
        {
            var record = (await _store.Records.FindAsync(key, s_stop)).Record!;
            Line(
                $"{key} object {record.Object} version {record.Version} sequence {record.Sequence} {record.Status} "
                    + $"{Hex(record.Digest)} {Micros.ToTime(record.CreatedAt):O} {Micros.ToTime(record.UpdatedAt):O}"
            );
            AddContent(RecordReader.Read(record, _catalog.Current, Projection.Admin));
            AddSecrets(key, record.State);
            foreach (var version in await _store.Records.HistoryAsync(record.Object, 0, All, s_stop))
            {
                Line($"  history {version.Body.Version} {version.Body.Operation} {version.Sequence}");
                AddContent(RecordReader.Read(version.State, _catalog.Current, Projection.Admin));
            }
        }
    }

    private void AddContent(Record record)
    {
        var template = record.Template is { } t ? $"{t.Code}/{t.Version}" : "-";
        Line($"    {record.Identifier} {template} {record.Status} <{record.Source}> <{record.SourceKey}>");
        foreach (var attribute in record.Attributes)
        {
            Line($"    {attribute.Attribute.Code} = <{attribute.Canonical}>");
        }
        foreach (var value in record.Values)
        {
            var references = string.Join(", ", value.References.Select(r => $"{r.Index}:{r.Handle}"));
            Line(
                $"    {value.Index} {value.Type} {Hex(value.Data)} {value.TtlType}/{value.Ttl} {value.Permissions} {references}"
            );
        }
    }

    /// <summary>No view shows them.</summary>
    private void AddSecrets(LookupKey key, byte[] state)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (
                reader.Code.StartsWith("v:"u8)
                && RawValue.TryDecode(int.Parse(reader.Code[2..]), reader.Value, out var value)
                && value.IsSecret
            )
            {
                Line($"    secret {Hex(EmbeddedNode.Secrets.Decrypt(value.Data, value.OwnerIn(key)))}");
            }
        }
    }

    private async Task AddSearchesAsync()
    {
        Head("searches");
        var cells = await FindAsync(new RecordQuery { Template = "cell", Limit = All });
        Line($"cells: {cells}");
        Line($"of mes: {await FindAsync(KeyFinder.Search(_catalog.Current, "mes", null) with { Limit = All })}");
        var definition = _catalog.Current.FindPublished("cell")!.Attributes;
        foreach (var attribute in definition.Where(a => a.Searchable))
        {
            var every = new RecordQuery
            {
                Template = "cell",
                AttributeIndex = attribute.Index,
                From = "",
                Limit = All,
            };
            Line($"with {attribute.Code}: {await FindAsync(every)}");
            Line($"with {attribute.Code} from S: {await FindAsync(every with { From = "S", Before = "T" })}");
        }
        foreach (var (source, key) in new[] { ("mes", "S-2 "), ("mes", "S-2"), ("mes", "revoked"), ("erp", "raw 1") })
        {
            var found = await new KeyFinder(_store.Records, _catalog, EmbeddedNode.Secrets).FindAsync(
                source,
                key,
                null,
                s_stop
            );
            Line($"<{source}> <{key}>: {found.Value?.Key.ToString() ?? "none"}");
        }
        var beginning = LookupKey.Of($"{EmbeddedNode.Prefix}/");
        var listed = await _store.Records.ListAsync(beginning, null, All, s_stop);
        Line($"listed: {string.Join(", ", listed.Select(l => l.Identifier))}");
        Line($"counted: {await _store.Records.CountAsync(beginning, s_stop)}");
    }

    private async Task<string> FindAsync(RecordQuery query) =>
        string.Join(", ", (await _store.Records.SearchAsync(query, s_stop)).Select(RecordState.IdentifierOf));

    private async Task AddLogAsync()
    {
        Head("log");
        foreach (var change in await _store.Log.ReadAsync(0, All, s_stop))
        {
            var body = change.Body;
            Line(
                $"{change.Sequence} {body.Kind} {body.Operation} object {body.Object} version {body.Version} "
                    + $"{Micros.ToTime(body.Time):O} actor {body.Actor} {change.Code ?? change.Key.ToString()}"
            );
        }
    }

    private async Task AddBesidesAsync()
    {
        Head("beside the log");
        foreach (var count in await _store.Statistics.ReadAsync(DateOnly.MinValue, DateOnly.MaxValue, s_stop))
        {
            var k = count.Key;
            Line($"count {k.Day:yyyy-MM-dd} <{k.Template}> <{k.Source}> {k.Operation} {count.Count}");
        }
        foreach (var reader in await _store.Readers.ListAsync(s_stop))
        {
            Line($"reader {reader.Name} {reader.Cursor} {reader.DeadLetters}");
            foreach (var letter in await _store.Readers.DeadLettersAsync(reader.Name, All, s_stop))
            {
                Line($"  letter {letter.Sequence} <{letter.Reason}> {letter.At}");
            }
        }
        foreach (var line in await _store.Audit.ReadAsync(0, All, s_stop))
        {
            Line($"audit {line.Id} {line.Time} {line.Caller} {line.Action} {line.Target} {line.Outcome} {line.Count}");
        }
        foreach (var setting in new[] { NodeStore.KeyFingerprintSetting, "kept" })
        {
            Line($"setting {setting} <{await _store.Settings.FindSettingAsync(setting, s_stop)}>");
        }
        // Taken, as a node would: the last that is looked at.
        Line($"number MEA- {await _store.Sequences.ReserveAsync("MEA-", null, 1, s_stop)}");
    }

    private void Head(string title) => _text.Append("== ").Append(title).Append('\n');

    private void Line(string line) => _text.Append(line).Append('\n');

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
