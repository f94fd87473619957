namespace IdResolution.Core.Catalog;

/// <summary>A log that began in this store: the present one, or one before it.</summary>
/// <param name="First">The sequence number of the entry that began and named it.</param>
/// <param name="Last">The sequence number of its last entry that the store holds.</param>
/// <param name="Began">The time of its first entry.</param>
/// <param name="Start">What that entry says of it, and of the log that others had seen before.</param>
public sealed record BegunLog(long First, long Last, DateTimeOffset Began, LogStart Start)
{
    /// <summary>The number of first entries that are those of every log before it; 0 for none.</summary>
    public long Kept => Start.Kept ?? First - 1;
}
