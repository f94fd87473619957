using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;

namespace IdResolution.Core.Traceability;

/// <summary>A record, and what the newest version of its template says of it.</summary>
internal sealed class RuledRecord
{
    private readonly Template? _template;
    private RecordContent? _content;

    public RuledRecord(StoredRecord record, NodeCatalog catalog)
    {
        Record = record;
        _template = RecordReader.TemplateOf(record, catalog);
        var newest = _template is null ? null : catalog.FindPublished(_template.Code) ?? _template;
        (Rules, Category) = (newest?.Trace, newest?.Category);
    }

    /// <summary>The record.</summary>
    public StoredRecord Record { get; }

    /// <summary>
    /// What the newest published version says, so that a rule counts for what was registered before it too.
    /// </summary>
    public TraceRules? Rules { get; }

    /// <summary>The category of that version; null without one.</summary>
    public string? Category { get; }

    /// <summary>The identifier as it was registered.</summary>
    public string Identifier => RecordState.IdentifierOf(Record);

    /// <summary>The version of the template; null without one.</summary>
    public Template? Template => _template;

    /// <summary>The code of the template; null without one.</summary>
    public string? TemplateCode => _template?.Code;

    /// <summary>The value of an attribute; null where it has none, or the version has no such attribute.</summary>
    public string? Value(string? code) => Values(code) is [var first, ..] ? first : null;

    /// <summary>The values of an attribute, in canonical form.</summary>
    public IReadOnlyList<string> Values(string? code)
    {
        if (code is null || _template is null || _template.PositionOf(code) is not (var position and >= 0))
        {
            return [];
        }
        _content ??= RecordContent.Of(_template, Record);
        return _content.Attributes[position] is { } value
            ? ValueCodec.Items(_template.Attributes[position], value)
            : [];
    }

    /// <summary>
    /// The names by which lines may name it: its identifier, its template, and what the template says that it is.
    /// </summary>
    public IReadOnlySet<string> Names()
    {
        HashSet<string> names = new(Values(Rules?.Material), StringComparer.OrdinalIgnoreCase) { Identifier };
        if (TemplateCode is { } template)
        {
            names.Add(template);
        }
        return names;
    }

    /// <summary>The identifier that a reference holds; null where it holds none.</summary>
    public Identifier? Reference(string? code) =>
        Identifiers.Identifier.TryParse(Value(code), out var identifier) ? identifier : null;
}
