using System.Buffers;
using System.Text.RegularExpressions;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// The text that a scanner or a person sent: identifiers, URLs, GS1 element strings, GS1 Digital Links, ISO 15434
/// envelopes, with whatever scanners, keyboards and input methods put around and into them. A URL is parsed, never
/// fetched.
/// </summary>
public sealed partial class ScanText
{
    /// <summary>The source of the business key of items with a GS1 key (<see cref="Gs1Key"/>).</summary>
    public const string Gs1Source = "gs1";

    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 4_096;

    // Control characters that no element string holds; a field may follow.
    private static readonly SearchValues<char> s_afterElements = SearchValues.Create("\r\n\t\0\x1e\x04");

    private readonly ScannedIdentifiers _identifiers;
    private readonly List<string> _keys = [];
    private Text? _gs1Fault;
    private Text? _gs1Doubt;

    private ScanText(Func<Identifier, bool> isHomed) => _identifiers = new(isHomed);

    /// <summary>
    /// The identifiers that the first place homed here may mean: as read, longest first, then folded. The last one is
    /// the likeliest if none is registered. Empty if no prefix in the text is homed here.
    /// </summary>
    public IReadOnlyList<Identifier> Homed => _identifiers.Homed;

    /// <summary>Identifiers homed here that a letter stands right before: meant only if they are registered.</summary>
    public IReadOnlyList<Identifier> Joined => _identifiers.Joined;

    /// <summary>The first identifier under another prefix, or null.</summary>
    public Identifier? Foreign => _identifiers.Foreign;

    /// <summary>The GS1 keys that the text may mean, the likeliest first.</summary>
    public IReadOnlyList<string> Gs1Keys => _keys;

    /// <summary>
    /// True if the text is the URN of an EPC, or elements that only check digits show to be such. Its keys are those of
    /// GS1 and the text itself.
    /// </summary>
    internal bool IsKeptAsGiven { get; private set; }

    /// <summary>
    /// True if the text begins with a prefix and what should be the slash after it, and is not: <see cref="Reason"/>
    /// says it, and an identifier of others behind it is none.
    /// </summary>
    internal bool IsMiswritten { get; private set; }

    /// <summary>What is wrong with a GS1 key in the text, such as a check digit; null if nothing is.</summary>
    public Text? Gs1Fault => _keys.Count > 0 ? _gs1Fault : null;

    /// <summary>What the text looks like, and what is wrong with it: for texts that mean nothing.</summary>
    public Text Reason { get; private set; }

    /// <summary>Reads a text. Never throws for a text, and asks nobody but <paramref name="isHomed"/>.</summary>
    /// <param name="text">The text as sent.</param>
    /// <param name="isHomed">True for identifiers that this node is responsible for.</param>
    public static ScanText Parse(string? text, Func<Identifier, bool> isHomed)
    {
        var scan = new ScanText(isHomed);
        if (text?.Length <= MaxLength)
        {
            scan.Read(text);
        }
        else
        {
            scan.Reason = text is null ? ScanReason.Empty : ScanReason.TooLong;
        }
        return scan;
    }

    private void Read(string text)
    {
        var exact = ScanFolding.Trim(text, out _);
        var folded = ScanFolding.Trim(ScanFolding.Fold(text), out var symbology);
        var plain = IsEscaped(folded, symbology) ? ScanFolding.Trim(ScanFolding.WithoutEscapes(folded), out _) : folded;
        foreach (var form in new[] { exact, folded, plain }.Distinct())
        {
            _identifiers.Read(form);
        }
        var envelope = Envelope().Match(plain);
        var format = envelope.Success ? envelope.Groups["format"].Value : null;
        if (format is not (null or "05"))
        {
            ReadFields(envelope.Groups["data"].Value);
        }
        else
        {
            ReadGs1(envelope.Success ? envelope.Groups["data"].Value : plain, symbology, envelope.Success);
        }
        IsMiswritten = ScanReason.Miswritten(plain) is not null;
        Reason = ScanReason.Of(plain, symbology, format, _gs1Fault, _gs1Doubt);
    }

    private static bool IsEscaped(string text, string symbology) =>
        ScanFolding.IsEscaped(symbology) || Enumerable.Range(0, text.Length).Any(at => ScanFolding.IsEscape(text, at));

    /// <summary>Of the fields of formats 06 and 12, the data identifier before the value is cut off.</summary>
    private void ReadFields(string data)
    {
        foreach (Match field in Field().Matches(data))
        {
            _identifiers.Read(field.Groups["value"].Value);
        }
    }

    private void ReadGs1(string text, string symbology, bool isEnvelope)
    {
        text = WithoutWhatFollows(text, symbology);
        if (EpcUrn.Gs1KeyOf(text) is { } epc)
        {
            IsKeptAsGiven = true;
            Add(epc);
            Add(text);
            return;
        }
        if (Gs1Key.IsTradeItem(text))
        {
            AddKeys([new Gs1Element("01", text)]);
            return;
        }
        // GS1 values may hold what some scanners send for a separator. So where real ones come, these are none.
        var separated = text.Contains(Gs1Elements.Separator, StringComparison.Ordinal)
            ? text
            : StandIn().Replace(text, "\x1d");
        var isDeclared =
            isEnvelope || ScanFolding.IsGs1(symbology) || separated.Contains('\x1d', StringComparison.Ordinal);
        // A value of an element string may look like the path of a Digital Link.
        var isLink =
            text.StartsWith("http", StringComparison.OrdinalIgnoreCase)
            || (!isDeclared && !text.StartsWith('(') && !Beginning().IsMatch(text));
        if (isLink && PathElements(text) is { } link)
        {
            AddKeys(link);
            return;
        }
        ReadElements(separated, isDeclared);
        if (separated != text)
        {
            ReadElements(text, isDeclared);
        }
    }

    private static string WithoutWhatFollows(string text, string symbology)
    {
        var end = text.AsSpan().IndexOfAny(s_afterElements);
        text = end < 0 ? text : text[..end];
        // EAN and UPC: 13 digits, and those of an add-on symbol.
        return symbology.Length > 0 && symbology[0] == 'E' && text.Length >= 13 ? text[..13] : text;
    }

    private void ReadElements(string text, bool isDeclared)
    {
        var bracketed = text.TrimStart(Gs1Elements.Separator).StartsWith('(');
        var elements = bracketed
            ? Gs1Elements.Bracketed(text.Trim(Gs1Elements.Separator), out var fault)
            : Gs1Elements.Plain(text, out fault);
        if (!isDeclared && !bracketed && !LooksLikeElements(text, elements))
        {
            ReadUndeclared(text, elements, fault);
            return;
        }
        if (elements is null)
        {
            _gs1Fault ??= fault;
            return;
        }
        _gs1Fault ??= Gs1Key.FaultOf(elements);
        AddKeys(elements);
        // A field that follows: GS1 values hold neither blanks nor bars.
        var last = elements[^1];
        if (last.Value.AsSpan().IndexOfAny(' ', '|') is > 0 and var cut)
        {
            AddKeys([.. elements[..^1], last with { Value = last.Value[..cut] }]);
        }
        var before = Homed.Count;
        for (var i = 0; i < elements.Count && Homed.Count == before; i++)
        {
            _identifiers.Read(elements[i].Value);
        }
    }

    /// <summary>Reads elements in any order: those with a right check digit among them.</summary>
    private void ReadUndeclared(string text, List<Gs1Element>? elements, Text fault)
    {
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return;
        }
        if (elements is not null && UndeclaredElements.AreCertain(elements))
        {
            IsKeptAsGiven = true;
            AddKeys(elements);
            Add(text);
            return;
        }
        _gs1Doubt ??= UndeclaredElements.DoubtOf(text, elements, fault);
    }

    private void AddKeys(List<Gs1Element> elements)
    {
        foreach (var key in Gs1Key.Of(elements))
        {
            Add(key);
        }
        if (Gs1Key.AsRead(elements) is { } former)
        {
            Add(former);
        }
    }

    private void Add(string key)
    {
        if (!_keys.Contains(key))
        {
            _keys.Add(key);
        }
    }

    /// <summary>
    /// True for elements that nothing declares as such: they begin with a GTIN or SSCC, or all check digits are right.
    /// </summary>
    private static bool LooksLikeElements(string text, List<Gs1Element>? elements) =>
        Beginning().IsMatch(text)
        || (
            elements?[0].Ai is "253" or "255" or "402" or "414" or "417" or "8003" or "8006" or "8017" or "8018"
            && !text.Contains('/', StringComparison.Ordinal)
            && Gs1Key.FaultOf(elements) is null
        );

    private static List<Gs1Element>? PathElements(string text)
    {
        var path = text.Split('?', '#', ' ')[0];
        return path.Contains('/', StringComparison.Ordinal) || path.Contains("%2F", StringComparison.OrdinalIgnoreCase)
            ? Gs1Elements.DigitalLink(path)
                ?? Gs1Elements.DigitalLink(path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase))
            : null;
    }

    // ISO/IEC 15434: [)>, RS, the format, GS, the fields, RS, EOT. Scanners on keyboards lose RS and EOT.
    [GeneratedRegex(
        @"^\[\)>\s*(?:\x1e|␞|[<{\[]RS[>}\]]|~d030)?(?<format>\d\d)(?:\x1d|␝|[<{\[]GS[>}\]]|~d029)?"
            + @"(?<data>.*?)(?:\x1e|\x04|␞|␄|[<{\[](?:RS|EOT)[>}\]]|~d0(?:30|04)|$)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline
    )]
    private static partial Regex Envelope();

    // ANSI MH10.8.2: a data identifier is a letter after at most three digits.
    [GeneratedRegex(
        @"(?:^|\x1d|␝|[<{\[]GS[>}\]]|~d029)\d{0,3}[A-Z](?<value>(?:(?!\x1d|␝|[<{\[](?:GS|RS|EOT)[>}\]]|~d0).)+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline
    )]
    private static partial Regex Field();

    [GeneratedRegex(
        @"␝|[<{\[](?:GS|FNC1)[>}\]]|~1|~d029|\^\]|\\x1d|\\u001d|%1D|\|(?=\d)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex StandIn();

    [GeneratedRegex(@"^(?:01\d{14}|00\d{18}|0[01][^/]{14,}$)", RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();
}
