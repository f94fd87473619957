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

    /// <summary>True for the state of a tombstone.</summary>
    public static bool IsRevoked(ReadOnlySpan<byte> state) => Find(state, "m:status"u8) == "revoked";

    /// <summary>
    /// The business keys, the first one first. States of format 1 are read too. A source without key, which a state
    /// made earlier may have, has null. <see cref="BusinessKeys.NoFirst"/> stands before them where none is the first.
    /// </summary>
    public static IReadOnlyList<BusinessKey> KeysOf(ReadOnlySpan<byte> state)
    {
        List<BusinessKey>? keys = null;
        string? formerSource = null;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.StartsWith("k:"u8))
            {
                AddKeys(keys ??= [], reader.Code, reader.Value);
            }
            else if (reader.Code.SequenceEqual("m:keys"u8))
            {
                (keys ??= []).Add(BusinessKeys.NoFirst);
            }
            else if (reader.Code.SequenceEqual("m:source"u8))
            {
                formerSource = Encoding.UTF8.GetString(reader.Value);
                (keys ??= []).Add(new BusinessKey(formerSource, null));
            }
            else if (formerSource is not null && reader.Code.SequenceEqual("m:sourceKey"u8))
            {
                keys![0] = new BusinessKey(formerSource, Encoding.UTF8.GetString(reader.Value));
            }
        }
        return keys ?? (IReadOnlyList<BusinessKey>)[];
    }

    /// <summary>Adds the keys of an entry <c>k:SOURCE</c>.</summary>
    internal static void AddKeys(List<BusinessKey> keys, ReadOnlySpan<byte> code, ReadOnlySpan<byte> value)
    {
        var source = Encoding.UTF8.GetString(code[2..]);
        var list = new StateList(value);
        if (list.Count == 0)
        {
            keys.Add(new BusinessKey(source, null));
        }
        while (list.Read())
        {
            keys.Add(new BusinessKey(source, Encoding.UTF8.GetString(list.Value)));
        }
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
                var slash = reader.Value.LastIndexOf((byte)'/');
                template =
                    slash >= 0
                        ? reader.Value[..slash]
                        : throw new InvalidDataException("The stored state is of no template.");
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
