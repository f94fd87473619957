namespace IdResolution.Core.Traceability;

/// <summary>
/// Something that an event names, as a front end decodes it, which sets its members one by one: by its identifier, by
/// a key of another system, by what a scanner read, or, where it has no identifier, by a text. One of the four is
/// given, unless it is the item that is being registered.
/// </summary>
public sealed record ThingRequest
{
    /// <summary>The identifier.</summary>
    public string? Identifier { get; set; }

    /// <summary>A word that is an identifier if its prefix is homed here, and else a text.</summary>
    public string? Text { get; set; }

    /// <summary>The system that knows the item, with <see cref="SourceKey"/>.</summary>
    public string? Source { get; set; }

    /// <summary>The item's key in that system.</summary>
    public string? SourceKey { get; set; }

    /// <summary>What a scanner read.</summary>
    public string? Scanned { get; set; }

    /// <summary>
    /// True for the item that is being registered, in an event that is given with its registration. Then it is named in
    /// no other way.
    /// </summary>
    public bool IsSelf { get; set; }

    /// <summary>How much of it, as a number in JSON syntax; null for a piece.</summary>
    public string? Quantity { get; set; }

    /// <summary>The unit of the quantity.</summary>
    public string? Unit { get; set; }

    /// <summary>Where in the parent it is.</summary>
    public string? Position { get; set; }

    /// <summary>What kind of document it is, such as <c>po</c>.</summary>
    public string? Type { get; set; }
}
