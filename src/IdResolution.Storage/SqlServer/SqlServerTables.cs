using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using Microsoft.Data.SqlClient.Server;

namespace IdResolution.Storage.SqlServer;

/// <summary>The table types of the database, apart from those of side tables.</summary>
internal static class SqlServerTables
{
    public static readonly SqlServerTable<LookupKey> Keys = new SqlServerTable<LookupKey>("key_rows").Bytes(
        "lookup_key",
        LookupKey.MaxLength,
        key => key.Bytes
    );

    public static readonly SqlServerTable<WrittenRecord> Records = new SqlServerTable<WrittenRecord>(
        "written_record_rows"
    )
        .Number("object", r => r.Record.Object)
        .Bytes("lookup_key", LookupKey.MaxLength, r => r.Record.Key.Bytes)
        .Number("version", r => r.Record.Version)
        .Number("status", r => (long)r.Record.Status)
        .Text("template", 64, r => r.Write.Template)
        .Bytes("digest", 32, r => r.Record.Digest)
        .Number("created_at", r => r.Record.CreatedAt)
        .Number("updated_at", r => r.Record.UpdatedAt);

    public static readonly SqlServerTable<Document> Documents = new SqlServerTable<Document>("document_rows")
        .Number("kind", d => (long)d.Kind)
        .Text("code", 400, d => d.Code)
        .Number("object", d => d.Object)
        .Number("version", d => d.Version)
        .Text("json", SqlMetaData.Max, d => d.Json);

    public static readonly SqlServerTable<EntryRow> Entries = new SqlServerTable<EntryRow>("entry_rows")
        .Number("position", e => e.Position)
        .Number("object", e => e.Object)
        .Number("version", e => e.Version)
        .Bytes("body", SqlMetaData.Max, e => e.Body)
        .Bytes("leaf", 32, e => e.Leaf)
        .Bytes("state", SqlMetaData.Max, e => e.State);

    public static readonly SqlServerTable<StateRow> States = new SqlServerTable<StateRow>("state_rows")
        .Number("sequence", s => s.Sequence)
        .Bytes("state", SqlMetaData.Max, s => s.State);
}
