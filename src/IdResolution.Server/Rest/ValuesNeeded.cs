namespace IdResolution.Server.Rest;

/// <summary>Metadata of a call whose parameters are not given without value.</summary>
internal sealed class ValuesNeeded
{
    public static ValuesNeeded Instance { get; } = new();
}
