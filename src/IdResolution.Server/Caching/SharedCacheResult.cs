namespace IdResolution.Server.Caching;

/// <summary>What became of a command to the shared cache.</summary>
internal enum SharedCacheResult
{
    /// <summary>It had the record.</summary>
    Hit,

    /// <summary>It had nothing, or only a marker.</summary>
    Miss,

    /// <summary>It had something that is no entry of ours.</summary>
    Foreign,

    /// <summary>It was not asked: not believed, or too many commands wait.</summary>
    Passed,

    /// <summary>It failed, or did not answer in time.</summary>
    Failed,

    /// <summary>It kept what it was given.</summary>
    Kept,

    /// <summary>It has something newer, or was given the record too late.</summary>
    Refused,
}
