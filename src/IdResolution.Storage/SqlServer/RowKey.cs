using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Storage.SqlServer;

/// <summary>Something that a write reads or changes. Two writes with a common key never share a group.</summary>
internal readonly record struct RowKey(RowKey.Kinds Kind, string Text, long Number, LookupKey Bytes)
{
    internal enum Kinds
    {
        Record,
        Side,
        Document,
        Event,
    }

    public static RowKey OfRecord(LookupKey key) => new(Kinds.Record, "", 0, key);

    /// <summary>The key of a row in a side table: its table and key columns.</summary>
    public static RowKey OfSide(SideRow row) =>
        new(Kinds.Side, row.Table.Name, 0, new LookupKey(row.Encode(row.Table.Columns.Count(c => c.IsKey))));

    /// <summary>An event that is looked for by what recognises it.</summary>
    public static RowKey OfEvent(byte[] identity) => new(Kinds.Event, "", 0, new LookupKey(identity));

    /// <summary>An event that is corrected.</summary>
    public static RowKey OfEvent(long objectNumber) => new(Kinds.Event, "", objectNumber, default);

    public static RowKey OfDocument(long kind, string code) => new(Kinds.Document, code, kind, default);
}
