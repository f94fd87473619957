namespace IdResolution.Server.CommandLine.Handles;

/// <summary>What became of the lines of a file of handles.</summary>
internal sealed record HandleImportCounts
{
    public long Created { get; set; }

    /// <summary>Handles that had other values, or were revoked.</summary>
    public long Replaced { get; set; }

    /// <summary>Handles that had these very values.</summary>
    public long Same { get; set; }

    public long Refused { get; set; }

    /// <summary>Prefixes homed on the way.</summary>
    public List<string> Homed { get; } = [];
}
