namespace IdResolution.Core.Records;

/// <summary>A search among active records; all conditions hold.</summary>
public sealed record RecordQuery
{
    /// <summary>Template code.</summary>
    public string? Template { get; init; }

    /// <summary>The Handle index of a searchable attribute; needs <see cref="Template"/>.</summary>
    public int? AttributeIndex { get; init; }

    /// <summary>Least search text, inclusive.</summary>
    public string? From { get; init; }

    /// <summary>Greatest search text, exclusive; null for no bound.</summary>
    public string? Before { get; init; }

    /// <summary>Source of the business key.</summary>
    public string? Source { get; init; }

    /// <summary>Business key within the source.</summary>
    public string? SourceKey { get; init; }

    /// <summary>Registered at or after, microseconds since 1970 UTC.</summary>
    public long? CreatedFrom { get; init; }

    /// <summary>Registered before.</summary>
    public long? CreatedBefore { get; init; }

    /// <summary>Changed at or after.</summary>
    public long? UpdatedFrom { get; init; }

    /// <summary>Object numbers above this one.</summary>
    public long After { get; init; }

    /// <summary>At most so many, 1 to 1,000.</summary>
    public int Limit { get; init; } = 50;
}
