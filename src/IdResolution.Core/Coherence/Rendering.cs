namespace IdResolution.Core.Coherence;

/// <summary>An answer that a front end rendered from a record.</summary>
/// <param name="Body">The bytes of the answer. Must not be changed.</param>
/// <param name="Tag">The entity tag (RFC 9110 §8.8.3); empty for forms without one.</param>
/// <param name="Epoch">What the answer depends on besides the record. A new epoch needs a new rendering.</param>
public sealed record Rendering(byte[] Body, string Tag, long Epoch)
{
    /// <summary>True if values of the record are left out. Only forms that tell their callers set it.</summary>
    public bool IsPartial { get; init; }
}
