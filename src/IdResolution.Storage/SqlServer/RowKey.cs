using System.Text;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Storage.SqlServer;

/// <summary>What a write looks at or changes: two writes that share one are not put into one group.</summary>
internal readonly record struct RowKey(RowKey.Kinds Kind, string Text, long Number, LookupKey Bytes)
{
    internal enum Kinds
    {
        Record,
        BusinessKey,
        Unique,
        Document,
    }

    public static RowKey OfRecord(LookupKey key) => new(Kinds.Record, "", 0, key);

    public static RowKey OfBusinessKey(string source, string sourceKey) =>
        new(Kinds.BusinessKey, source, 0, new LookupKey(Encoding.UTF8.GetBytes(sourceKey)));

    public static RowKey OfUnique(string template, in UniqueEntry entry) =>
        OfUnique(template, entry.AttributeIndex, entry.Hash);

    public static RowKey OfUnique(string template, long attribute, byte[] hash) =>
        new(Kinds.Unique, template, attribute, new LookupKey(hash));

    public static RowKey OfDocument(long kind, string code) => new(Kinds.Document, code, kind, default);
}
