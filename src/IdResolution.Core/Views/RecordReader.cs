using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Views;

/// <summary>
/// Reads stored records as a caller may see them: the one place that decides visibility, before any view is rendered.
/// </summary>
public static class RecordReader
{
    /// <summary>The template version a record was made with, or null.</summary>
    public static Template? TemplateOf(StoredRecord record, NodeCatalog catalog) =>
        TemplateOf(RecordState.TemplateOf(record.State), catalog);

    /// <summary>
    /// True where the record was made with a template that the catalog does not hold: another process published it
    /// since.
    /// </summary>
    internal static bool IsTemplateUnknown(StoredRecord record, NodeCatalog catalog) =>
        RecordState.TemplateOf(record.State) is { } reference && TemplateOf(reference, catalog) is null;

    /// <summary>The part of a record that a projection shows.</summary>
    public static Record Read(StoredRecord record, NodeCatalog catalog, Projection projection) =>
        Read(record.State, catalog, projection) with
        {
            Version = record.Version,
            CreatedAt = Micros.ToTime(record.CreatedAt),
            UpdatedAt = Micros.ToTime(record.UpdatedAt),
        };

    /// <summary>
    /// The part of a version's state that a projection shows; version and times are the caller's to add.
    /// </summary>
    public static Record Read(ReadOnlySpan<byte> state, NodeCatalog catalog, Projection projection)
    {
        string? identifier = null,
            source = null,
            sourceKey = null;
        Template? template = null;
        var status = RecordStatus.Active;
        List<AttributeValue>? attributes = null;
        List<RawValue>? values = null;
        var own = projection.ShowsBusinessKey;
        var next = 0;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            switch (reader.Code[0])
            {
                case (byte)'a' when template is not null:
                    if (template.FindInState(reader.Code, ref next) is { } attribute && projection.Shows(attribute))
                    {
                        (attributes ??= []).Add(new AttributeValue(attribute, Encoding.UTF8.GetString(reader.Value)));
                    }
                    break;
                case (byte)'v':
                    if (
                        RawValue.TryDecode(int.Parse(reader.Code[2..]), reader.Value, out var value)
                        && projection.Shows(value)
                    )
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
                            status = reader.Value.SequenceEqual("revoked"u8)
                                ? RecordStatus.Revoked
                                : RecordStatus.Active;
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

    private static Template? TemplateOf(string? reference, NodeCatalog catalog)
    {
        if (reference is null)
        {
            return null;
        }
        var slash = reference.LastIndexOf('/');
        return catalog.FindVersion(reference[..slash], int.Parse(reference.AsSpan(slash + 1)));
    }
}
