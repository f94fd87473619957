namespace IdResolution.Server.CommandLine.Handles;

/// <summary>Counts the lines of an import by their outcome.</summary>
internal sealed record HandleImportCounts
{
    public long Created { get; set; }

    /// <summary>Handles that had other values or were revoked.</summary>
    public long Replaced { get; set; }

    /// <summary>Handles that had these values already.</summary>
    public long Same { get; set; }

    public long Refused { get; set; }

    /// <summary>Prefixes that the import homed.</summary>
    public List<string> Homed { get; } = [];
}
