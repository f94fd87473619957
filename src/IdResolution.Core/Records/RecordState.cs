using System.Text;
using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>Single members of a stored state, read without the rest of it.</summary>
public static class RecordState
{
    /// <summary>The identifier in the spelling given.</summary>
    public static string IdentifierOf(StoredRecord record) => IdentifierOf(record.State) ?? record.Key.ToString();

    /// <summary>The identifier in a state, or null where it was erased.</summary>
    public static string? IdentifierOf(ReadOnlySpan<byte> state) => Find(state, "m:identifier"u8);

    /// <summary>True for a record with a template, false for one of raw values alone.</summary>
    public static bool IsTemplated(StoredRecord record) => TemplateOf(record.State) is not null;

    /// <summary><c>code/version</c> of the template, or null for a record without one.</summary>
    public static string? TemplateOf(ReadOnlySpan<byte> state) => Find(state, "m:template"u8);

    /// <summary>The template code and source that a record is counted under; empty where it has none.</summary>
    public static (string Template, string Source) CountedAs(ReadOnlySpan<byte> state)
    {
        CountedAs(state, out var template, out var source);
        return (Encoding.UTF8.GetString(template), Encoding.UTF8.GetString(source));
    }

    /// <summary>The same as UTF-8, which allocates nothing.</summary>
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
            else if (reader.Code.SequenceEqual("m:source"u8))
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
