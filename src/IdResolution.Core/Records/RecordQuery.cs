using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>A search among active records. All conditions must hold; null means no condition.</summary>
public sealed record RecordQuery
{
    /// <summary>The prefix that covers that of the record's identifier.</summary>
    public Prefix? Below { get; init; }

    /// <summary>The code of the template.</summary>
    public string? Template { get; init; }

    /// <summary>The Handle index of a searchable attribute. Needs <see cref="Template"/>.</summary>
    public int? AttributeIndex { get; init; }

    /// <summary>The lowest search text of the attribute (<c>ValueCodec.SearchText</c>), inclusive.</summary>
    public string? From { get; init; }

    /// <summary>The upper bound of the search text, exclusive.</summary>
    public string? Before { get; init; }

    /// <summary>The sources of which the record has a key, as the numbers of their documents.</summary>
    public IReadOnlyList<long>? Sources { get; init; }

    /// <summary>Rows of <see cref="BusinessKeys.Table"/>, of which the record has one.</summary>
    public IReadOnlyList<SideRow>? Keys { get; init; }

    /// <summary>The record was registered at this time or later, in microseconds since 1970 UTC.</summary>
    public long? CreatedFrom { get; init; }

    /// <summary>The record was registered before this time, in microseconds since 1970 UTC.</summary>
    public long? CreatedBefore { get; init; }

    /// <summary>The record last changed at this time or later, in microseconds since 1970 UTC.</summary>
    public long? UpdatedFrom { get; init; }

    /// <summary>The last object number of the page before; 0 for the first page.</summary>
    public long After { get; init; }

    /// <summary>The greatest number of records, 1 to 1,000.</summary>
    public int Limit { get; init; } = 50;
}
