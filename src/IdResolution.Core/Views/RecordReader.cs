using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Views;

/// <summary>
/// Reads stored records as a caller may see them. All visibility is decided here, before a view is rendered.
/// </summary>
public static class RecordReader
{
    /// <summary>The template version that a record was made with; null if none or not in the catalog.</summary>
    public static Template? TemplateOf(StoredRecord record, NodeCatalog catalog) =>
        TemplateOf(RecordState.TemplateOf(record.State), catalog);

    /// <summary>
    /// True if the catalog does not hold the record's template, because another process published it after the catalog
    /// was read.
    /// </summary>
    internal static bool IsTemplateUnknown(StoredRecord record, NodeCatalog catalog) =>
        RecordState.TemplateOf(record.State) is { } reference && TemplateOf(reference, catalog) is null;

    /// <summary>
    /// The content of an active record, which the tables beside the records have rows of, with a template or without.
    /// Null for a tombstone, and for a record whose template is not in the catalog.
    /// </summary>
    internal static RecordContent? ContentOf(StoredRecord record, NodeCatalog catalog)
    {
        var template = TemplateOf(record, catalog);
        return record.Status != RecordStatus.Active || (template is null && RecordState.IsTemplated(record))
            ? null
            : RecordContent.Of(template, record);
    }

    /// <summary>Reads the part of a record that a projection shows.</summary>
    public static Record Read(StoredRecord record, NodeCatalog catalog, Projection projection) =>
        Read(record.State, catalog, projection) with
        {
            Version = record.Version,
            CreatedAt = Micros.ToTime(record.CreatedAt),
            UpdatedAt = Micros.ToTime(record.UpdatedAt),
        };

    /// <summary>Reads the part of a state that a projection shows. The caller adds version and times.</summary>
    public static Record Read(ReadOnlySpan<byte> state, NodeCatalog catalog, Projection projection)
    {
        var parts = new Parts(catalog, projection);
        var reader = new StateReader(state);
        while (reader.Read())
        {
            parts.Take(reader.Code, reader.Value);
        }
        return parts.ToRecord();
    }

    /// <summary>The attributes of some codes that a state has and a projection shows.</summary>
    internal static List<AttributeValue> Attributes(
        ReadOnlySpan<byte> state,
        NodeCatalog catalog,
        Projection projection,
        params ReadOnlySpan<string?> codes
    )
    {
        var (template, next, found) = (default(Template), 0, new List<AttributeValue>());
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("m:template"u8))
            {
                template = TemplateOf(Encoding.UTF8.GetString(reader.Value), catalog);
            }
            else if (
                reader.Code is [(byte)'a', (byte)':', ..]
                && template?.FindInState(reader.Code, ref next) is { } attribute
                && codes.Contains(attribute.Code)
                && projection.Shows(attribute)
            )
            {
                found.Add(new AttributeValue(attribute, Encoding.UTF8.GetString(reader.Value)));
            }
        }
        return found;
    }

    private static Template? TemplateOf(string? reference, NodeCatalog catalog)
    {
        if (reference is null)
        {
            return null;
        }
        var slash = reference.LastIndexOf('/');
        return slash >= 0 && int.TryParse(reference.AsSpan(slash + 1), out var version)
            ? catalog.FindVersion(reference[..slash], version)
            : throw new InvalidDataException($"The stored state is of no template: {reference}");
    }

    /// <summary>The members of a record read so far.</summary>
    private struct Parts(NodeCatalog catalog, Projection projection)
    {
        private string? _identifier;
        private List<BusinessKey>? _keys;
        private Template? _template;
        private RecordStatus _status = RecordStatus.Active;
        private List<AttributeValue>? _attributes;
        private List<RawValue>? _values;
        private int _next;

        public void Take(ReadOnlySpan<byte> code, ReadOnlySpan<byte> value)
        {
            if (code is not [_, (byte)':', ..])
            {
                throw Unknown(code);
            }
            switch (code[0])
            {
                case (byte)'a' when _template is not null:
                    if (_template.FindInState(code, ref _next) is { } attribute && projection.Shows(attribute))
                    {
                        (_attributes ??= []).Add(new AttributeValue(attribute, Encoding.UTF8.GetString(value)));
                    }
                    break;
                case (byte)'v':
                    TakeValue(code, value);
                    break;
                case (byte)'k' when projection.ShowsBusinessKey:
                    RecordState.AddKeys(_keys ??= [], code, value);
                    break;
                case (byte)'m':
                    TakeMember(code, value);
                    break;
            }
        }

        public readonly Record ToRecord() =>
            new()
            {
                Identifier = _identifier ?? "",
                Template = _template,
                Version = 0,
                Status = _status,
                Keys = _keys ?? (IReadOnlyList<BusinessKey>)[],
                Attributes = _attributes ?? (IReadOnlyList<AttributeValue>)[],
                Values = _values ?? (IReadOnlyList<RawValue>)[],
            };

        private static InvalidDataException Unknown(ReadOnlySpan<byte> code) =>
            new($"The stored state has a value of the unknown code '{Encoding.UTF8.GetString(code)}'.");

        private void TakeValue(ReadOnlySpan<byte> code, ReadOnlySpan<byte> value)
        {
            if (!int.TryParse(code[2..], out var index))
            {
                throw Unknown(code);
            }
            if (RawValue.TryDecode(index, value, out var raw) && projection.Shows(raw))
            {
                (_values ??= []).Add(raw);
            }
        }

        private void TakeMember(ReadOnlySpan<byte> code, ReadOnlySpan<byte> value)
        {
            var own = projection.ShowsBusinessKey;
            if (code.SequenceEqual("m:identifier"u8))
            {
                _identifier = Encoding.UTF8.GetString(value);
            }
            else if (code.SequenceEqual("m:template"u8))
            {
                _template = TemplateOf(Encoding.UTF8.GetString(value), catalog);
            }
            else if (code.SequenceEqual("m:status"u8))
            {
                _status = value.SequenceEqual("revoked"u8) ? RecordStatus.Revoked : RecordStatus.Active;
            }
            // The last two are in states of format 1 alone.
            else if (own && code.SequenceEqual("m:source"u8))
            {
                _keys = [new BusinessKey(Encoding.UTF8.GetString(value), null)];
            }
            else if (_keys is not null && code.SequenceEqual("m:sourceKey"u8))
            {
                _keys[0] = _keys[0] with { SourceKey = Encoding.UTF8.GetString(value) };
            }
        }
    }
}
