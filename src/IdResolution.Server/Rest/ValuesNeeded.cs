namespace IdResolution.Server.Rest;

/// <summary>Metadata of a call whose parameters are not given without value.</summary>
internal sealed class ValuesNeeded
{
    public static ValuesNeeded Instance { get; } = new();

    /// <summary>True for all but a cursor: readers of pages send an empty one for the first.</summary>
    public static bool Concerns(QueryParameter parameter) => parameter.Name is not ("after" or "cursor");
}
