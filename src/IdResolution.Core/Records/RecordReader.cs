using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>Reads stored records as a caller may see them: the one place that decides visibility, before any view is rendered.</summary>
public static class RecordReader
{
    /// <summary>The identifier in the spelling given.</summary>
    public static string IdentifierOf(StoredRecord record) => IdentifierOf(record.State) ?? record.Key.ToString();

    /// <summary>The identifier in a state, or null where it was erased.</summary>
    public static string? IdentifierOf(ReadOnlySpan<byte> state) => Find(state, "m:identifier"u8);

    /// <summary>The template version a record was made with, or null.</summary>
    public static Template? TemplateOf(StoredRecord record, NodeCatalog catalog) => TemplateOf(Find(record.State, "m:template"u8), catalog);

    /// <summary>True for a record with a template, false for one of raw values alone.</summary>
    public static bool IsTemplated(StoredRecord record) => Find(record.State, "m:template"u8) is not null;

    /// <summary>True where the record was made with a template that the catalog does not hold: another process published it since.</summary>
    internal static bool IsTemplateUnknown(StoredRecord record, NodeCatalog catalog) =>
        Find(record.State, "m:template"u8) is { } reference && TemplateOf(reference, catalog) is null;

    /// <summary>The part of a record that a view shows.</summary>
    public static Record Read(StoredRecord record, NodeCatalog catalog, View view) => Read(record.State, catalog, view) with
    {
        Version = record.Version,
        CreatedAt = Micros.ToTime(record.CreatedAt),
        UpdatedAt = Micros.ToTime(record.UpdatedAt),
    };

    /// <summary>The part of a version's state that a view shows; version and times are the caller's to add.</summary>
    public static Record Read(ReadOnlySpan<byte> state, NodeCatalog catalog, View view)
    {
        string? identifier = null, source = null, sourceKey = null;
        Template? template = null;
        var status = RecordStatus.Active;
        List<AttributeValue>? attributes = null;
        List<RawValue>? values = null;
        // Which system registered an item under which of its numbers is the company's own business.
        var own = view >= View.Full;
        var next = 0;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            switch (reader.Code[0])
            {
                case (byte)'a' when template is not null:
                    if (template.FindInState(reader.Code, ref next) is { } attribute && Shows(view, attribute))
                    {
                        (attributes ??= []).Add(new AttributeValue(attribute, Encoding.UTF8.GetString(reader.Value)));
                    }
                    break;
                case (byte)'v':
                    if (RawValue.TryDecode(int.Parse(reader.Code[2..]), reader.Value, out var value) && Shows(view, value))
                    {
                        (values ??= []).Add(value);
                    }
                    break;
                case (byte)'m':
                    switch (reader.Code)
                    {
                        case var code when code.SequenceEqual("m:identifier"u8):
                            identifier = Encoding.UTF8.GetString(reader.Value);
                            break;
                        case var code when code.SequenceEqual("m:template"u8):
                            template = TemplateOf(Encoding.UTF8.GetString(reader.Value), catalog);
                            break;
                        case var code when code.SequenceEqual("m:status"u8):
                            status = reader.Value.SequenceEqual("revoked"u8) ? RecordStatus.Revoked : RecordStatus.Active;
                            break;
                        case var code when own && code.SequenceEqual("m:source"u8):
                            source = Encoding.UTF8.GetString(reader.Value);
                            break;
                        case var code when own && code.SequenceEqual("m:sourceKey"u8):
                            sourceKey = Encoding.UTF8.GetString(reader.Value);
                            break;
                    }
                    break;
            }
        }
        return new Record
        {
            Identifier = identifier ?? "",
            Template = template,
            Version = 0,
            Status = status,
            Source = source,
            SourceKey = sourceKey,
            Attributes = attributes ?? (IReadOnlyList<AttributeValue>)[],
            Values = values ?? (IReadOnlyList<RawValue>)[],
        };
    }

    /// <summary>The template code and source that a record is counted under; empty where it has none.</summary>
    public static (string Template, string Source) CountedAs(ReadOnlySpan<byte> state)
    {
        CountedAs(state, out var template, out var source);
        return (Encoding.UTF8.GetString(template), Encoding.UTF8.GetString(source));
    }

    /// <summary>The same as UTF-8, which allocates nothing.</summary>
    public static void CountedAs(ReadOnlySpan<byte> state, out ReadOnlySpan<byte> template, out ReadOnlySpan<byte> source)
    {
        template = [];
        source = [];
        var reader = new StateReader(state);
        for (var missing = 2; missing > 0 && reader.Read();)
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

    private static bool Shows(View view, AttributeDefinition attribute) => attribute.State == AttributeState.Active && attribute.Visibility switch
    {
        Visibility.Public => true,
        Visibility.Partner => view >= View.Partner,
        _ => view >= View.Full,
    };

    internal static bool Shows(View view, RawValue value) =>
        !value.IsSecret && (view == View.Admin || value.Permissions.HasFlag(Permissions.PublicRead));

    private static Template? TemplateOf(string? reference, NodeCatalog catalog)
    {
        if (reference is null)
        {
            return null;
        }
        var slash = reference.LastIndexOf('/');
        return catalog.FindVersion(reference[..slash], int.Parse(reference.AsSpan(slash + 1)));
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
