namespace IdResolution.Core.Coherence;

/// <summary>A rendered answer.</summary>
/// <param name="Body">The bytes.</param>
/// <param name="Tag">Its entity tag (RFC 9110 §8.8.3).</param>
/// <param name="Epoch">What the answer depends on besides the record; another epoch means rendering anew.</param>
public sealed record Rendering(byte[] Body, string Tag, long Epoch)
{
    /// <summary>True where the view leaves values of the record out; set by forms whose callers are told so.</summary>
    public bool IsPartial { get; init; }
}
