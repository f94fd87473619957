namespace IdResolution.Server.Rest;

/// <summary>Metadata of a call: the greatest length of its body. <see cref="BodyReader"/> checks it.</summary>
/// <param name="bytes">Gives the greatest length in bytes. Called for each request.</param>
internal sealed class BodyLimit(Func<int> bytes)
{
    /// <summary>A fixed limit that does not depend on the settings.</summary>
    /// <param name="bytes">The greatest length in bytes.</param>
    public BodyLimit(int bytes)
        : this(() => bytes) { }

    public int Bytes => bytes();

    /// <summary>The greatest length in bytes for the call that the request was routed to.</summary>
    /// <exception cref="InvalidOperationException">The call was mapped without a limit.</exception>
    public static int Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes
        ?? throw new InvalidOperationException("A call that reads a body must be mapped with its limit.");
}
