namespace IdResolution.Server.Options;

/// <summary>Who may read. May change while the node serves.</summary>
internal sealed class AccessOptions
{
    /// <summary>Whether callers without a key see public attributes.</summary>
    public bool AnonymousReads { get; set; } = true;
}
