using System.Text.Json.Serialization;

namespace IdResolution.Core.Templates;

/// <summary>
/// What a template says of its items in events: which links they take, when they expire, and how much of a lot there
/// is. Immutable.
/// </summary>
public sealed record TraceRules
{
    /// <summary>What came in first goes out first.</summary>
    public const string Fifo = "fifo";

    /// <summary>What expires first goes out first.</summary>
    public const string Fefo = "fefo";

    private readonly IReadOnlyList<LinkRule> _links = [];

    /// <summary>
    /// The links from items of this template to what they are made from. Empty: any. Otherwise a link of a kind that is
    /// named must fit one of the rules of that kind; other kinds are not taken.
    /// </summary>
    public IReadOnlyList<LinkRule> Links
    {
        get => _links;
        // The JSON reader gives null if the document names none.
        init => _links = value ?? [];
    }

    /// <summary>
    /// True to refuse events that say that items are made from something held; otherwise they are taken, and the hold
    /// goes on to the items.
    /// </summary>
    public bool? RefuseHeld { get; init; }

    /// <summary>True if events about items must be looked at for what this says.</summary>
    [JsonIgnore]
    public bool JudgesLinks => Links.Count > 0 || RefuseHeld == true;

    /// <summary>
    /// The code of the attribute, a date or date-time, after which an item must not be used; null for none.
    /// </summary>
    public string? Expiry { get; init; }

    /// <summary>
    /// The code of the attribute, a number, that says how much a lot was when it was made; of what has a bill of
    /// materials, how often that is needed. Null for none.
    /// </summary>
    public string? Quantity { get; init; }

    /// <summary>
    /// True if an item is a lot, by its quantity. That of an order says how many are to be made by its bill of
    /// materials.
    /// </summary>
    [JsonIgnore]
    public bool IsOfLots => Quantity is not null && Bom is null;

    /// <summary>
    /// The code of the attribute, a date or date-time, until which a machine or tool is calibrated; null for none.
    /// </summary>
    public string? Calibration { get; init; }

    /// <summary>The code of the attribute, an integer, that counts the strokes of a tool; null for none.</summary>
    public string? Strokes { get; init; }

    /// <summary>
    /// The code of the attribute, an integer, that says how many strokes a tool bears; null for none.
    /// </summary>
    public string? StrokeLimit { get; init; }

    /// <summary>
    /// The code of the attribute that says which material or model an item is, as lines name it; null for none.
    /// </summary>
    public string? Material { get; init; }

    /// <summary>
    /// The code of the attribute, a text, that has the lines of an order or a bill of materials, as
    /// <c>material;quantity;unit;substitute</c>; null for none.
    /// </summary>
    public string? Lines { get; init; }

    /// <summary>
    /// The code of the attribute, a reference, that names the bill of materials of an order; null for none.
    /// </summary>
    public string? Bom { get; init; }

    /// <summary>
    /// Which of several items at a place goes out first: <c>fifo</c>, the one that came in first, or <c>fefo</c>, the
    /// one that expires first; null for any.
    /// </summary>
    public string? FirstOut { get; init; }

    /// <summary>
    /// The code of the attribute that says where an item belongs, or where to an order is; null for none.
    /// </summary>
    public string? Place { get; init; }
}
