namespace IdResolution.Server.Http;

/// <summary>Marks a POST call that only reads: a bad identifier gets 400, as on reading, not 422.</summary>
internal sealed class ReadingCall
{
    public static readonly ReadingCall Instance = new();

    private ReadingCall() { }

    /// <summary>True if a request is no call that only reads.</summary>
    public static bool Changes(HttpContext context) =>
        !HttpMethods.IsGet(context.Request.Method)
        && !HttpMethods.IsHead(context.Request.Method)
        && context.GetEndpoint()?.Metadata.GetMetadata<ReadingCall>() is null;
}
