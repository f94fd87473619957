using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Catalog;

/// <summary>
/// All documents of the node as of one sequence number: templates, categories, coding rules, prefixes, keys. Immutable.
/// </summary>
public sealed class NodeCatalog
{
    /// <summary>The start of the document code of a category.</summary>
    public const string CategoryPrefix = "category:";

    /// <summary>The start of the document code of a coding rule.</summary>
    public const string RulePrefix = "rule:";

    /// <summary>The start of the document code of a source.</summary>
    public const string SourcePrefix = "source:";

    /// <summary>The start of the document code of a route.</summary>
    public const string RoutePrefix = "route:";

    // A new kind of document needs a line here.
    private static readonly Section[] s_sections =
    [
        new(LogKind.Template, "", ReadTemplate, json => Parse(json, CatalogJson.Stored.Template).Reference),
        new(LogKind.Key, "", ReadKey, json => Parse(json, CatalogJson.Stored.ApiKey).Id),
        new(LogKind.Prefix, "", ReadPrefix, json => FoldedOf(Parse(json, CatalogJson.Stored.HomedPrefix))),
        new(
            LogKind.Configuration,
            CategoryPrefix,
            ReadCategory,
            json => CategoryPrefix + Parse(json, CatalogJson.Stored.Category).Code
        ),
        new(
            LogKind.Configuration,
            RulePrefix,
            ReadRule,
            json => RulePrefix + Parse(json, CatalogJson.Stored.CodingRule).Code
        ),
        new(
            LogKind.Configuration,
            SourcePrefix,
            ReadSource,
            json => Parse(json, CatalogJson.Stored.Source).DocumentCode
        ),
        new(
            LogKind.Configuration,
            RoutePrefix,
            ReadRoute,
            json => Parse(json, CatalogJson.Stored.PrefixRoute).DocumentCode
        ),
        new(
            LogKind.Configuration,
            Partner.CodePrefix,
            ReadPartner,
            json => Parse(json, CatalogJson.Stored.Partner).DocumentCode
        ),
        new(LogKind.Grant, "", ReadGrant, json => Parse(json, CatalogJson.Stored.Grant).Id),
        new(LogKind.Configuration, LogStart.DocumentCode, ReadLog, CodeOfLog),
        new(LogKind.Configuration, AuditSummary.DocumentCode, static (_, _) => { }, CodeOfSummary),
    ];

    private readonly Dictionary<string, Document> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Template[]> _templates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Template> _byIdentifier = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byVersionText = new(StringComparer.Ordinal);
    private HashSet<string>? _linkKinds;
    private bool? _hasLinkRules;
    private readonly HashSet<string> _homed = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, Source[]> _sources = new(StringComparer.Ordinal);
    private Dictionary<long, Source> _sourcesByObject = [];

    // Of the partners that asked.
    private readonly ConcurrentDictionary<string, PartnerSight> _sights = new(StringComparer.Ordinal);
    private ILookup<string, Grant> _grantsOfPartners = Enumerable.Empty<Grant>().ToLookup(static _ => "");
    private ILookup<string, Grant> _grantsOfGroups = Enumerable.Empty<Grant>().ToLookup(static _ => "");
    private TimeProvider _time = TimeProvider.System;

    // Only routes that lead somewhere. Empty on most nodes: a resolution then looks at the count alone.
    private FrozenDictionary<string, PrefixRoute> _routes = FrozenDictionary<string, PrefixRoute>.Empty;

    private NodeCatalog(long sequence, KeyTable keys)
    {
        Sequence = sequence;
        KeyTable = keys;
    }

    /// <summary>The log's head when the catalog was read.</summary>
    public long Sequence { get; }

    /// <summary>
    /// Changes with every change of a template, a category or the log's name. The entity tags of rendered answers
    /// contain it.
    /// </summary>
    public long TextEpoch { get; private set; }

    /// <summary>Changes when a prefix is homed or unhomed.</summary>
    public long HomingEpoch { get; private set; }

    /// <summary>The log that the store goes on with; null in a store whose log has no name yet.</summary>
    public CurrentLog? Log { get; private set; }

    /// <summary>The API keys by hash, to authenticate callers.</summary>
    public KeyTable KeyTable { get; private set; }

    /// <summary>The API keys in the order they were made, revoked and expired ones included.</summary>
    public IReadOnlyList<ApiKey> Keys { get; private set; } = [];

    /// <summary>The categories, sorted by code.</summary>
    public SortedDictionary<string, Category> Categories { get; } = new(StringComparer.Ordinal);

    /// <summary>The coding rules with parsed patterns, sorted by code.</summary>
    public SortedDictionary<string, CompiledRule> Rules { get; } = new(StringComparer.Ordinal);

    /// <summary>The sources of business keys, sorted by code, then by prefix.</summary>
    public IReadOnlyList<Source> Sources { get; private set; } = [];

    /// <summary>The homed prefixes, in the order they were homed.</summary>
    public IReadOnlyList<Prefix> Prefixes { get; private set; } = [];

    /// <summary>What was said of routes, by the code of its document.</summary>
    public SortedDictionary<string, PrefixRoute> Routes { get; } = new(StringComparer.Ordinal);

    /// <summary>The partners, by code.</summary>
    public SortedDictionary<string, Partner> Partners { get; } = new(StringComparer.Ordinal);

    /// <summary>The grants by id, those that are over included.</summary>
    public SortedDictionary<string, Grant> Grants { get; } = new(StringComparer.Ordinal);

    /// <summary>The codes of all templates, sorted.</summary>
    public IReadOnlyList<string> TemplateCodes { get; private set; } = [];

    /// <summary>Builds a catalog. Unchanged API keys keep the rate limiters of <paramref name="previous"/>.</summary>
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
        catalog.Set(reading.Sources);
        catalog.Keys = reading.Keys;
        catalog.Prefixes = reading.Prefixes;
        catalog._routes = catalog
            .Routes.Values.Where(route =>
                (route.Refers || route.RedirectBase is not null) && catalog.IsHomed(route.Prefix)
            )
            .ToFrozenDictionary(route => route.Prefix, StringComparer.OrdinalIgnoreCase);
        catalog.KeyTable = new KeyTable(reading.Keys, previous?.KeyTable, time);
        catalog.SetSights(previous, time);
        return catalog;
    }

    /// <summary>
    /// The code that a document must have by its kind and content; its own if the content tells none, since a newer
    /// node may have written it.
    /// </summary>
    public static string CodeOf(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        string? other = null;
        foreach (var section in s_sections.Where(section => section.Kind == document.Kind))
        {
            try
            {
                var code = section.CodeOf(document.Json);
                if (code == document.Code)
                {
                    return code;
                }
                other ??= code;
            }
            catch (JsonException)
            {
                // It belongs to another section, or to none.
            }
        }
        return other ?? document.Code;
    }

    /// <summary>True if the prefix is homed here, in any case of letters.</summary>
    public bool IsHomed(string prefix) => _homed.Contains(prefix);

    /// <summary>The same for a span. Allocates nothing.</summary>
    public bool IsHomed(ReadOnlySpan<char> prefix) => _homed.GetAlternateLookup<ReadOnlySpan<char>>().Contains(prefix);

    /// <summary>
    /// True if this node is responsible for the identifier. Its prefix must be homed here, or it must be the prefix
    /// record of a homed prefix or of one derived from a homed prefix.
    /// </summary>
    public bool IsHomed(Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        return IsHomed(identifier.Text, identifier.Prefix.Text.Length);
    }

    /// <summary>The same for a lookup key. Allocates nothing.</summary>
    internal bool IsHomed(LookupKey key)
    {
        // Only the suffix can hold other characters than ASCII, so a replaced character does not change the prefix.
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
    /// True for a homed prefix and for prefixes derived from it: the node with 88.300.1 says who has 88.300.1.2.
    /// </summary>
    internal bool IsHomedOrDerived(ReadOnlySpan<char> prefix)
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

    /// <summary>What the caller's partner is shown; null for a caller tied to none. Allocates nothing.</summary>
    public PartnerSight? SightOf(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Partner is not { } partner)
        {
            return null;
        }
        return _sights.TryGetValue(partner, out var sight) ? sight : MakeSight(partner);
    }

    /// <summary>True if some item may show a caller an attribute; a partner, by grants that are not over.</summary>
    public bool MayShow(AttributeDefinition attribute, Caller caller) =>
        SightOf(caller) is not { } sight || sight.MayShow(attribute);

    /// <summary>The route of a homed prefix to a node of its own; null for none.</summary>
    internal PrefixRoute? FindRoute(string prefix) => _routes.Count == 0 ? null : _routes.GetValueOrDefault(prefix);

    /// <summary>
    /// True if the Handle protocol sends resolvers of a lookup key, given by its folded bytes, on to another node.
    /// Allocates nothing.
    /// </summary>
    internal bool IsReferred(ReadOnlySpan<byte> foldedKey)
    {
        var slash = _routes.Count == 0 ? -1 : foldedKey.IndexOf((byte)'/');
        if (slash is < 0 or > Prefix.MaxLength)
        {
            return false;
        }
        Span<char> prefix = stackalloc char[Prefix.MaxLength];
        prefix = prefix[..Encoding.ASCII.GetChars(foldedKey[..slash], prefix)];
        return _routes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(prefix, out var route) && route.Refers;
    }

    /// <summary>
    /// The source that the identifiers of a prefix have: the prefix's own, or the node's. Null if there is none yet.
    /// </summary>
    public Source? FindSource(string code, string prefix)
    {
        if (_sources.TryGetValue(code, out var sources))
        {
            foreach (var source in sources)
            {
                if (IsOf(source, prefix))
                {
                    return source;
                }
            }
        }
        return null;
    }

    private static bool IsOf(Source source, string prefix) =>
        source.Prefix is null || source.Prefix.Equals(prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The source with an object number, by which rows of keys name it; null if there is none.</summary>
    public Source? FindSource(long number) => _sourcesByObject.GetValueOrDefault(number);

    /// <summary>The sources with a code: the one that a prefix has, or with null those of all prefixes.</summary>
    public IReadOnlyList<Source> SourcesOf(string code, string? prefix)
    {
        if (!_sources.TryGetValue(code, out var sources))
        {
            return [];
        }
        // Mostly there is one, and then no array is made.
        return prefix is null || (sources.Length == 1 && IsOf(sources[0], prefix))
            ? sources
            : Array.FindAll(sources, source => IsOf(source, prefix));
    }

    /// <summary>True if a template says which links its items take.</summary>
    public bool HasLinkRules =>
        _hasLinkRules ??= _templates.Values.Any(versions => versions.Any(static v => v.Trace is { JudgesLinks: true }));

    /// <summary>True if the newest version of some template has an attribute of that code.</summary>
    public bool HasAttribute(string code) =>
        TemplateCodes.Any(template => FindLatest(template)!.Find(code) is not null);

    /// <summary>True if a template says what links of a kind its items take.</summary>
    public bool HasLinkRulesOf(string kind) =>
        (
            _linkKinds ??= [
                .. _templates
                    .Values.SelectMany(static versions => versions)
                    .SelectMany(static version => version.Trace?.Links ?? [])
                    .Select(static rule => rule.Type),
            ]
        ).Contains(kind);

    /// <summary>All versions of a template, oldest first; empty if the code is unknown.</summary>
    public IReadOnlyList<Template> TemplateVersions(string code) =>
        _templates.TryGetValue(code, out var versions) ? versions : [];

    /// <summary>The newest version of a template in any state; null if the code is unknown.</summary>
    public Template? FindLatest(string code) => _templates.TryGetValue(code, out var versions) ? versions[^1] : null;

    /// <summary>The newest published version of a template; null if there is none.</summary>
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

    /// <summary>One version of a template in any state; null if there is none.</summary>
    public Template? FindVersion(string code, int version) =>
        _templates.TryGetValue(code, out var versions) && version >= 1 && version <= versions.Length
            ? versions[version - 1]
            : null;

    /// <summary>The codes of the templates with a version text, which templates of two prefixes may share.</summary>
    public IReadOnlyList<string> CodesOf(string versionText) =>
        _byVersionText.TryGetValue(versionText, out var codes) ? codes : [];

    /// <summary>The newest version of the template whose own identifier this is, or null.</summary>
    public Template? FindByIdentifier(string identifier) =>
        _byIdentifier.GetValueOrDefault(identifier.ToUpperInvariant());

    /// <summary>The document with this kind and code, as it is stored, or null.</summary>
    public Document? FindDocument(LogKind kind, string code) => _documents.GetValueOrDefault(Key(kind, code));

    private static string Key(LogKind kind, string code) => $"{(int)kind}/{code}";

    /// <summary>
    /// Names an actor number of the log: <c>node</c> for 0, the id of an API key, or <c>handle:</c> and the object
    /// number of the record of a Handle administrator.
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
            if (versions[^1].VersionText is { } text)
            {
                if (!_byVersionText.TryGetValue(text, out var codes))
                {
                    _byVersionText[text] = codes = [];
                }
                codes.Add(group.Key);
            }
        }
        TemplateCodes = [.. _templates.Keys.Order(StringComparer.Ordinal)];
    }

    private void Set(List<Source> sources)
    {
        Sources =
        [
            .. sources
                .OrderBy(s => s.Code, StringComparer.Ordinal)
                .ThenBy(s => s.Prefix, StringComparer.OrdinalIgnoreCase),
        ];
        foreach (var group in Sources.GroupBy(s => s.Code, StringComparer.Ordinal))
        {
            _sources[group.Key] = [.. group];
        }
        _sourcesByObject = sources.ToDictionary(s => s.Object);
    }

    /// <summary>Takes over what partners that asked see, as far as it is the same.</summary>
    private void SetSights(NodeCatalog? previous, TimeProvider time)
    {
        _time = time;
        var running = Grants.Values.Where(static g => g.EndedAt is null).ToArray();
        _grantsOfPartners = running.ToLookup(static g => g.Partner ?? "", StringComparer.Ordinal);
        _grantsOfGroups = running.ToLookup(static g => g.Group ?? "", StringComparer.Ordinal);
        if (previous is null)
        {
            return;
        }
        foreach (var (code, before) in previous._sights)
        {
            var grants = GrantsOf(code);
            if (
                before.Grants.SequenceEqual(grants.Select(static g => g.Id), StringComparer.Ordinal)
                && Array.TrueForAll(grants, grant => SequenceOf(grant) == previous.SequenceOf(grant))
            )
            {
                _sights[code] = before;
            }
        }
    }

    private PartnerSight MakeSight(string partner) =>
        Partners.ContainsKey(partner)
            ? _sights.GetOrAdd(partner, static (code, self) => new PartnerSight(self.GrantsOf(code), self._time), this)
            : PartnerSight.Blind;

    /// <summary>The grants of a partner that did not end, its own and those of its groups.</summary>
    private Grant[] GrantsOf(string partner) =>
        Partners.TryGetValue(partner, out var found)
            ?
            [
                .. _grantsOfPartners[partner],
                .. found.Groups.Distinct(StringComparer.Ordinal).SelectMany(group => _grantsOfGroups[group]),
            ]
            : [];

    private long? SequenceOf(Grant grant) => FindDocument(LogKind.Grant, grant.Id)?.Sequence;

    private static T Parse<T>(string json, JsonTypeInfo<T> type)
        where T : class => JsonSerializer.Deserialize(json, type) ?? throw new JsonException("The document is null.");

    private static string CodeOfLog(string json)
    {
        Parse(json, CatalogJson.Stored.LogStart);
        return LogStart.DocumentCode;
    }

    private static string CodeOfSummary(string json)
    {
        Parse(json, CatalogJson.Stored.AuditSummary);
        return AuditSummary.DocumentCode;
    }

    private static string FoldedOf(HomedPrefix homed) =>
        Prefix.TryParse(homed.Prefix, out var prefix) ? prefix.Folded : homed.Prefix;

    private static void ReadTemplate(Reading reading, Document document)
    {
        var template = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.Template)!;
        reading.Templates.Add(template with { Sequence = document.Sequence });
        reading.Catalog.TextEpoch = Math.Max(reading.Catalog.TextEpoch, document.Sequence);
    }

    private static void ReadKey(Reading reading, Document document)
    {
        var key = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.ApiKey)!;
        reading.Keys.Add(key with { Object = document.Object });
    }

    private static void ReadPrefix(Reading reading, Document document)
    {
        var homed = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.HomedPrefix)!;
        reading.Catalog.HomingEpoch = Math.Max(reading.Catalog.HomingEpoch, document.Sequence);
        if (!homed.Unhomed && Prefix.TryParse(homed.Prefix, out var prefix))
        {
            reading.Prefixes.Add(prefix);
            reading.Catalog._homed.Add(prefix.Text);
        }
    }

    private static void ReadCategory(Reading reading, Document document)
    {
        var category = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.Category)!;
        reading.Catalog.Categories[category.Code] = category;
        reading.Catalog.TextEpoch = Math.Max(reading.Catalog.TextEpoch, document.Sequence);
    }

    private static void ReadRule(Reading reading, Document document)
    {
        var rule = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.CodingRule)!;
        // Rules are checked when they are saved. A rule that a newer node saved may not parse here.
        if (CodingPattern.Parse(rule.Pattern).TryGet(out var pattern, out _))
        {
            reading.Catalog.Rules[rule.Code] = new CompiledRule(rule, pattern);
        }
    }

    private static void ReadSource(Reading reading, Document document)
    {
        var source = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.Source)!;
        reading.Sources.Add(source with { Object = document.Object });
    }

    private static void ReadRoute(Reading reading, Document document)
    {
        var route = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.PrefixRoute)!;
        reading.Catalog.Routes[route.DocumentCode] = route with { Version = document.Version };
    }

    private static void ReadPartner(Reading reading, Document document)
    {
        var partner = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.Partner)!;
        reading.Catalog.Partners[partner.Code] = partner with { Object = document.Object };
    }

    private static void ReadGrant(Reading reading, Document document)
    {
        var grant = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.Grant)!;
        reading.Catalog.Grants[grant.Id] = grant with { Object = document.Object };
    }

    private static void ReadLog(Reading reading, Document document)
    {
        var start = JsonSerializer.Deserialize(document.Json, CatalogJson.Stored.LogStart)!;
        if (LogName.TryParse(start.Log, out var name))
        {
            reading.Catalog.TextEpoch = Math.Max(reading.Catalog.TextEpoch, document.Sequence);
            reading.Catalog.Log = new CurrentLog(name, start.Kept ?? document.Sequence - 1, start);
        }
    }

    /// <summary>
    /// A part of the catalog: the documents that belong to it, the method that reads one, and the code that its JSON
    /// gives.
    /// </summary>
    private sealed record Section(
        LogKind Kind,
        string CodePrefix,
        Action<Reading, Document> Read,
        Func<string, string> CodeOf
    )
    {
        public bool Takes(Document document) =>
            document.Kind == Kind && document.Code.StartsWith(CodePrefix, StringComparison.Ordinal);
    }

    /// <summary>A catalog under construction. The lists are put in order at the end.</summary>
    private sealed record Reading(NodeCatalog Catalog)
    {
        public List<ApiKey> Keys { get; } = [];

        public List<Prefix> Prefixes { get; } = [];

        public List<Template> Templates { get; } = [];

        public List<Source> Sources { get; } = [];
    }
}
