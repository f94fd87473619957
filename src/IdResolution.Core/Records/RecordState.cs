using System.Text;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>Reads single members of a stored state, without decoding the rest.</summary>
public static class RecordState
{
    /// <summary>The identifier in the spelling given at registration; the lookup key if it was erased.</summary>
    public static string IdentifierOf(StoredRecord record) => IdentifierOf(record.State) ?? record.Key.ToString();

    /// <summary>The identifier in the spelling given at registration; null if it was erased.</summary>
    public static string? IdentifierOf(ReadOnlySpan<byte> state) => Find(state, "m:identifier"u8);

    /// <summary>True if the record has a template, false if it has only raw values.</summary>
    public static bool IsTemplated(StoredRecord record) => TemplateOf(record.State) is not null;

    /// <summary><c>code/version</c> of the template, or null for a record without one.</summary>
    public static string? TemplateOf(ReadOnlySpan<byte> state) => Find(state, "m:template"u8);

    /// <summary>The business key; nulls if the record has none. States of format 1 are read too.</summary>
    public static (string? Source, string? SourceKey) KeyOf(ReadOnlySpan<byte> state)
    {
        string? source = null;
        string? key = null;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.StartsWith("k:"u8))
            {
                source = Encoding.UTF8.GetString(reader.Code[2..]);
                var keys = new StateList(reader.Value);
                key = keys.Read() ? Encoding.UTF8.GetString(keys.Value) : null;
            }
            else if (reader.Code.SequenceEqual("m:source"u8))
            {
                source = Encoding.UTF8.GetString(reader.Value);
            }
            else if (reader.Code.SequenceEqual("m:sourceKey"u8))
            {
                key = Encoding.UTF8.GetString(reader.Value);
            }
        }
        return (source, key);
    }

    /// <summary>The template code and the source for statistics; empty if the record has none.</summary>
    public static (string Template, string Source) CountedAs(ReadOnlySpan<byte> state)
    {
        CountedAs(state, out var template, out var source);
        return (Encoding.UTF8.GetString(template), Encoding.UTF8.GetString(source));
    }

    /// <summary>The same as UTF-8. The spans point into <paramref name="state"/>, so nothing is allocated.</summary>
    public static void CountedAs(
        ReadOnlySpan<byte> state,
        out ReadOnlySpan<byte> template,
        out ReadOnlySpan<byte> source
    )
    {
        template = [];
        source = [];
        var reader = new StateReader(state);
        for (var missing = 2; missing > 0 && reader.Read(); )
        {
            if (reader.Code.SequenceEqual("m:template"u8))
            {
                template = reader.Value[..reader.Value.LastIndexOf((byte)'/')];
                missing--;
            }
            else if (reader.Code.StartsWith("k:"u8))
            {
                source = reader.Code[2..];
                missing--;
            }
            else if (reader.IsFormer && reader.Code.SequenceEqual("m:source"u8))
            {
                source = reader.Value;
                missing--;
            }
        }
    }

    private static string? Find(ReadOnlySpan<byte> state, ReadOnlySpan<byte> code)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual(code))
            {
                return Encoding.UTF8.GetString(reader.Value);
            }
        }
        return null;
    }
}
