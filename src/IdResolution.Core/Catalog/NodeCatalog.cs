using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Catalog;

/// <summary>
/// Everything the node knows besides records, as of one sequence number: templates, categories, rules, prefixes, keys.
/// Immutable.
/// </summary>
public sealed class NodeCatalog
{
    /// <summary>Before a category's code.</summary>
    public const string CategoryPrefix = "category:";

    /// <summary>Before a coding rule's code.</summary>
    public const string RulePrefix = "rule:";

    // A kind of document that comes to the catalog is a line here.
    private static readonly Section[] s_sections =
    [
        new(LogKind.Template, "", ReadTemplate),
        new(LogKind.Key, "", ReadKey),
        new(LogKind.Prefix, "", ReadPrefix),
        new(LogKind.Configuration, CategoryPrefix, ReadCategory),
        new(LogKind.Configuration, RulePrefix, ReadRule),
    ];

    private readonly Dictionary<string, Document> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Template[]> _templates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Template> _byIdentifier = new(StringComparer.Ordinal);
    private readonly HashSet<string> _homed = new(StringComparer.OrdinalIgnoreCase);

    private NodeCatalog(long sequence, KeyTable keys)
    {
        Sequence = sequence;
        KeyTable = keys;
    }

    /// <summary>The log's head it was read at.</summary>
    public long Sequence { get; }

    /// <summary>
    /// Changes whenever a template or category does: part of what tags of rendered answers are made of.
    /// </summary>
    public long TextEpoch { get; private set; }

    /// <summary>Changes whenever a prefix is homed or unhomed.</summary>
    public long HomingEpoch { get; private set; }

    /// <summary>The keys by hash.</summary>
    public KeyTable KeyTable { get; private set; }

    /// <summary>The keys, in order of making.</summary>
    public IReadOnlyList<ApiKey> Keys { get; private set; } = [];

    /// <summary>The categories, by code.</summary>
    public SortedDictionary<string, Category> Categories { get; } = new(StringComparer.Ordinal);

    /// <summary>The coding rules, by code.</summary>
    public SortedDictionary<string, CompiledRule> Rules { get; } = new(StringComparer.Ordinal);

    /// <summary>The homed prefixes, in order of homing.</summary>
    public IReadOnlyList<Prefix> Prefixes { get; private set; } = [];

    /// <summary>The template codes, sorted.</summary>
    public IReadOnlyList<string> TemplateCodes { get; private set; } = [];

    /// <summary>Reads documents into a catalog.</summary>
    public static NodeCatalog Build(
        IReadOnlyList<Document> documents,
        long sequence,
        NodeCatalog? previous,
        TimeProvider time
    )
    {
        var reading = new Reading(new NodeCatalog(sequence, previous?.KeyTable ?? new KeyTable([], null, time)));
        var catalog = reading.Catalog;
        foreach (var document in documents.OrderBy(d => d.Object))
        {
            catalog._documents[Key(document.Kind, document.Code)] = document;
            Array.Find(s_sections, section => section.Takes(document))?.Read(reading, document);
        }
        catalog.Set(reading.Templates);
        catalog.Keys = reading.Keys;
        catalog.Prefixes = reading.Prefixes;
        catalog.KeyTable = new KeyTable(reading.Keys, previous?.KeyTable, time);
        return catalog;
    }

    /// <summary>True where the prefix is homed here.</summary>
    public bool IsHomed(string prefix) => _homed.Contains(prefix);

    /// <summary>True where the prefix is homed here; allocates nothing.</summary>
    public bool IsHomed(ReadOnlySpan<char> prefix) => _homed.GetAlternateLookup<ReadOnlySpan<char>>().Contains(prefix);

    /// <summary>
    /// True where this node is responsible for the identifier: its prefix is homed here, or it is the record of one
    /// that is, or of one derived from it.
    /// </summary>
    public bool IsHomed(Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return IsHomed(identifier.Text, identifier.Prefix.Text.Length);
    }

    /// <summary>The same for what an identifier is found by; allocates nothing.</summary>
    internal bool IsHomed(LookupKey key)
    {
        // What is not ASCII stands behind the prefix, and is in no prefix.
        Span<char> text = stackalloc char[LookupKey.MaxLength];
        text = text[..Encoding.ASCII.GetChars(key.Bytes, text)];
        return IsHomed(text, Math.Max(text.IndexOf('/'), 0));
    }

    private bool IsHomed(ReadOnlySpan<char> identifier, int slash) =>
        IsHomed(identifier[..slash])
        || (
            identifier[..slash].Equals(Identifier.PrefixRecords, StringComparison.OrdinalIgnoreCase)
            && IsHomedOrDerived(identifier[(slash + 1)..])
        );

    /// <summary>
    /// True for a homed prefix, and for one derived from it: whoever has 88.300.1 says where 88.300.1.2 is.
    /// </summary>
    private bool IsHomedOrDerived(ReadOnlySpan<char> prefix)
    {
        while (!IsHomed(prefix))
        {
            var dot = prefix.LastIndexOf('.');
            if (dot < 0)
            {
                return false;
            }
            prefix = prefix[..dot];
        }
        return true;
    }

    /// <summary>All versions of a template, oldest first; empty where the code is unknown.</summary>
    public IReadOnlyList<Template> TemplateVersions(string code) =>
        _templates.TryGetValue(code, out var versions) ? versions : [];

    /// <summary>The newest version of a template in any state, or null.</summary>
    public Template? FindLatest(string code) => _templates.TryGetValue(code, out var versions) ? versions[^1] : null;

    /// <summary>The newest published version of a template, or null.</summary>
    public Template? FindPublished(string code)
    {
        if (_templates.TryGetValue(code, out var versions))
        {
            for (var i = versions.Length - 1; i >= 0; i--)
            {
                if (versions[i].State == TemplateState.Published)
                {
                    return versions[i];
                }
            }
        }
        return null;
    }

    /// <summary>One version of a template, or null.</summary>
    public Template? FindVersion(string code, int version) =>
        _templates.TryGetValue(code, out var versions) && version >= 1 && version <= versions.Length
            ? versions[version - 1]
            : null;

    /// <summary>The template that an identifier names, or null.</summary>
    public Template? FindByIdentifier(string identifier) =>
        _byIdentifier.GetValueOrDefault(identifier.ToUpperInvariant());

    /// <summary>The document behind an object, or null.</summary>
    public Document? FindDocument(LogKind kind, string code) => _documents.GetValueOrDefault(Key(kind, code));

    private static string Key(LogKind kind, string code) => $"{(int)kind}/{code}";

    /// <summary>
    /// Who an actor number of the log is: <c>node</c> for 0, a key's id, or <c>handle:</c> and the object number of the
    /// record that an administrator of the Handle protocol proved to be.
    /// </summary>
    public string ActorName(long actor) =>
        actor == 0 ? "node" : Keys.FirstOrDefault(k => k.Object == actor)?.Id ?? $"handle:{actor}";

    private void Set(IEnumerable<Template> templates)
    {
        foreach (var group in templates.GroupBy(t => t.Code, StringComparer.Ordinal))
        {
            var versions = group.OrderBy(t => t.Version).ToArray();
            _templates[group.Key] = versions;
            _byIdentifier[versions[^1].Identifier.ToUpperInvariant()] = versions[^1];
        }
        TemplateCodes = [.. _templates.Keys.Order(StringComparer.Ordinal)];
    }

    private static void ReadTemplate(Reading reading, Document document)
    {
        var template = JsonSerializer.Deserialize(document.Json, CatalogJson.Default.Template)!;
        reading.Templates.Add(template with { Sequence = document.Sequence });
        reading.Catalog.TextEpoch = Math.Max(reading.Catalog.TextEpoch, document.Sequence);
    }

    private static void ReadKey(Reading reading, Document document)
    {
        var key = JsonSerializer.Deserialize(document.Json, CatalogJson.Default.ApiKey)!;
        reading.Keys.Add(key with { Object = document.Object });
    }

    private static void ReadPrefix(Reading reading, Document document)
    {
        var homed = JsonSerializer.Deserialize(document.Json, CatalogJson.Default.HomedPrefix)!;
        reading.Catalog.HomingEpoch = Math.Max(reading.Catalog.HomingEpoch, document.Sequence);
        if (!homed.Unhomed && Prefix.TryParse(homed.Prefix, out var prefix))
        {
            reading.Prefixes.Add(prefix);
            reading.Catalog._homed.Add(prefix.Text);
        }
    }

    private static void ReadCategory(Reading reading, Document document)
    {
        var category = JsonSerializer.Deserialize(document.Json, CatalogJson.Default.Category)!;
        reading.Catalog.Categories[category.Code] = category;
        reading.Catalog.TextEpoch = Math.Max(reading.Catalog.TextEpoch, document.Sequence);
    }

    private static void ReadRule(Reading reading, Document document)
    {
        var rule = JsonSerializer.Deserialize(document.Json, CatalogJson.Default.CodingRule)!;
        // Rules are checked when they are saved; one of a newer node may not be read here.
        if (CodingPattern.Parse(rule.Pattern).TryGet(out var pattern, out _))
        {
            reading.Catalog.Rules[rule.Code] = new CompiledRule(rule, pattern);
        }
    }

    /// <summary>A part of the catalog: which documents are its, and how each is taken in.</summary>
    private sealed record Section(LogKind Kind, string CodePrefix, Action<Reading, Document> Read)
    {
        public bool Takes(Document document) =>
            document.Kind == Kind && document.Code.StartsWith(CodePrefix, StringComparison.Ordinal);
    }

    /// <summary>A catalog that is being read, with what is put in order at the end.</summary>
    private sealed record Reading(NodeCatalog Catalog)
    {
        public List<ApiKey> Keys { get; } = [];

        public List<Prefix> Prefixes { get; } = [];

        public List<Template> Templates { get; } = [];
    }
}
