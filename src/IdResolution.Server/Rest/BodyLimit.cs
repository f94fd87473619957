namespace IdResolution.Server.Rest;

/// <summary>Metadata of a call that takes a body: how long it may be. <see cref="RequestReader"/> asks it.</summary>
/// <param name="bytes">Gives the greatest length in bytes, as the settings have it at the time.</param>
internal sealed class BodyLimit(Func<int> bytes)
{
    /// <summary>For small bodies, whatever the settings say.</summary>
    /// <param name="bytes">The greatest length in bytes.</param>
    public BodyLimit(int bytes)
        : this(() => bytes) { }

    /// <summary>The greatest length in bytes.</summary>
    public int Bytes => bytes();

    /// <summary>The limit of the call that a request was routed to.</summary>
    /// <exception cref="InvalidOperationException">The call was mapped without one.</exception>
    public static int Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes
        ?? throw new InvalidOperationException("A call that reads a body must be mapped with its limit.");
}
