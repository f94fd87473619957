namespace IdResolution.Server.Caching;

/// <summary>The result of a lookup in the shared cache, or of a put to it.</summary>
internal enum SharedCacheResult
{
    /// <summary>The lookup found an entry.</summary>
    Hit,

    /// <summary>The lookup found nothing, or only a marker.</summary>
    Miss,

    /// <summary>The lookup found a value that is not an entry.</summary>
    Foreign,

    /// <summary>Redis was not asked: for example it is not believed, or too many commands wait.</summary>
    Passed,

    /// <summary>Redis failed, or did not answer in time.</summary>
    Failed,

    /// <summary>Redis kept the put.</summary>
    Kept,

    /// <summary>Redis refused the put: it has something newer, or the put came too late.</summary>
    Refused,
}
