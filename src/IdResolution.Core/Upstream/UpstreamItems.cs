using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Makes what the secondary node is to have of records and templates, by the rules of what goes up. Indexes and codes
/// are those of the newest version of a template, which has all attributes of those before it. Thread-safe.
/// </summary>
public sealed class UpstreamItems(UpstreamRules rules, CatalogHolder catalog)
{
    /// <summary>The most characters of a value. A longer one stays here (SNMS: 255).</summary>
    public const int MaxText = 255;

    // A template must have an attribute there. One of which nothing goes up has this one, with the identifier.
    private const int PlainIndex = 9999;
    private const string PlainCode = "identifier";
    private const string PlainName = "标识";

    /// <summary>What the rules are.</summary>
    public UpstreamRules Rules => rules;

    /// <summary>The homed prefixes that go up, in the order of their lookup keys.</summary>
    public IReadOnlyList<Prefix> Prefixes =>
        [
            .. catalog
                .Current.Prefixes.Where(p => rules.Covers(p.Text))
                .OrderBy(static p => p.Folded, StringComparer.Ordinal),
        ];

    /// <summary>True if the log began when this node came back from a backup: it may lack what it had.</summary>
    internal bool IsOfARestore => catalog.Current.Log is { Start.Restarted: true } or { Kept: > 0 };

    /// <summary>True if records with a template go up, be it by their identifiers alone.</summary>
    /// <param name="code">The template's code.</param>
    public bool GoesUp(string code) =>
        catalog.Current.FindLatest(code) is { } template && rules.ShareOf(template) != UpstreamShare.Nothing;

    /// <summary>
    /// What a record means for the secondary node; null if nothing of it goes up: its prefix is not covered or not
    /// homed, it has no template, or its template is not shared.
    /// </summary>
    /// <param name="sequence">The number of its last change.</param>
    /// <param name="objectNumber">Its object number.</param>
    /// <param name="key">Its lookup key.</param>
    /// <param name="state">Its state after that change.</param>
    /// <param name="cancellationToken">Ends the read of the catalog.</param>
    /// <exception cref="UnreadableEntryException">The state is not one that a node writes.</exception>
    public async ValueTask<UpstreamChange?> OfAsync(
        long sequence,
        long objectNumber,
        LookupKey key,
        byte[] state,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var identifier = RecordState.IdentifierOf(state) ?? key.ToString();
            var reference = RecordState.TemplateOf(state);
            if (HomedPrefix(identifier) is null || !IsKnown(reference))
            {
                // Another process may have homed or published it after the catalog was read.
                await catalog.ReloadAsync(sequence, cancellationToken);
            }
            var prefix = HomedPrefix(identifier);
            if (prefix is null || !rules.Covers(prefix) || reference is null)
            {
                return null;
            }
            var template = Newest(CodeOf(reference));
            if (rules.ShareOf(template) == UpstreamShare.Nothing)
            {
                return null;
            }
            var change = new UpstreamChange
            {
                Sequence = sequence,
                Object = objectNumber,
                Prefix = prefix,
                Identifier = identifier,
            };
            return RecordState.IsRevoked(state) ? change : WithItem(change, template, state);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentOutOfRangeException)
        {
            throw new UnreadableEntryException(sequence, "Its state is not one that a node writes.", e);
        }
    }

    /// <summary>A template as the secondary node is to have it under a prefix.</summary>
    public UpstreamTemplate Of(Template template, string prefix)
    {
        ArgumentNullException.ThrowIfNull(template);
        var attributes = new List<UpstreamAttribute>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in template.Attributes)
        {
            if (rules.Shows(template, attribute))
            {
                var name = attribute.Names?.In(Language.Chinese, attribute.Code) ?? attribute.Code;
                attributes.Add(
                    new UpstreamAttribute(
                        attribute.Index,
                        attribute.Code,
                        names.Add(name) ? name : $"{name} {attribute.Code}",
                        attribute.State == AttributeState.Active
                    )
                );
            }
        }
        if (attributes.Count == 0)
        {
            attributes.Add(new UpstreamAttribute(PlainIndex, PlainCode, PlainName, IsActive: true));
        }
        return new UpstreamTemplate
        {
            Prefix = prefix,
            Version = template.SnmsVersion,
            Industry = template.Industry ?? rules.Industry,
            CarrierType = template.CarrierType ?? 2,
            Description = template.Description?.In(Language.Chinese, "") ?? "",
            Attributes = attributes,
        };
    }

    private UpstreamChange WithItem(UpstreamChange change, Template template, ReadOnlySpan<byte> state)
    {
        var values = ValuesOf(template, TextsOf(template, state), out var kept);
        if (!template.Attributes.Any(a => rules.Shows(template, a)))
        {
            values.Add(new UpstreamValue(PlainIndex, PlainCode, change.Identifier));
        }
        values.Sort((a, b) => a.Index.CompareTo(b.Index));
        return change with
        {
            Template = template,
            Item = new UpstreamItem(change.Identifier, template.SnmsVersion, values),
            Kept = kept,
        };
    }

    /// <summary>What goes up of values. Those that are too long stay here, and go up empty.</summary>
    private List<UpstreamValue> ValuesOf(Template template, string?[] texts, out List<string> kept)
    {
        var values = new List<UpstreamValue>();
        kept = [];
        for (var i = 0; i < texts.Length; i++)
        {
            var attribute = template.Attributes[i];
            if (attribute.State != AttributeState.Active || !rules.Shows(template, attribute))
            {
                continue;
            }
            var isLong = texts[i] is { Length: > MaxText } text && Characters(text) > MaxText;
            if (isLong)
            {
                kept.Add(attribute.Code);
            }
            values.Add(new UpstreamValue(attribute.Index, attribute.Code, isLong ? null : texts[i]));
        }
        return values;
    }

    /// <summary>The values of a state, by the positions of the template's active attributes.</summary>
    private static string?[] TextsOf(Template template, ReadOnlySpan<byte> state)
    {
        var texts = new string?[template.Attributes.Count];
        var next = 0;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (
                reader.Code.StartsWith("a:"u8)
                && template.FindInState(reader.Code, ref next) is { State: AttributeState.Active }
            )
            {
                // FindInState leaves its cursor behind what it found.
                texts[next - 1] = Encoding.UTF8.GetString(reader.Value);
            }
        }
        return texts;
    }

    /// <summary>The newest version of a template: the last published one, else the last.</summary>
    private Template Newest(string code) =>
        catalog.Current.FindPublished(code)
        ?? catalog.Current.FindLatest(code)
        ?? throw new InvalidDataException($"The stored state is of no template: {code}");

    /// <summary>
    /// True if the catalog has the very version that a record was made with: an older one may lack attributes.
    /// </summary>
    private bool IsKnown(string? reference) =>
        reference is null
        || (
            int.TryParse(reference.AsSpan(reference.LastIndexOf('/') + 1), out var version)
            && catalog.Current.FindVersion(CodeOf(reference), version) is not null
        );

    private static string CodeOf(string reference) => reference[..reference.LastIndexOf('/')];

    private string? HomedPrefix(string identifier)
    {
        var prefix = identifier.AsSpan(0, Math.Max(0, identifier.IndexOf('/', StringComparison.Ordinal)));
        foreach (var homed in catalog.Current.Prefixes)
        {
            if (prefix.Equals(homed.Text, StringComparison.OrdinalIgnoreCase))
            {
                return homed.Text;
            }
        }
        return null;
    }

    private static int Characters(string text)
    {
        // A character beyond the first 65,536 is two of UTF-16.
        var count = text.Length;
        foreach (var c in text)
        {
            count -= char.IsLowSurrogate(c) ? 1 : 0;
        }
        return count;
    }
}
