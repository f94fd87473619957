namespace IdResolution.Server.Tracing;

/// <summary>Lets writers that only write synchronously write to connections, which do not let them.</summary>
internal static class MemoryStreamExtensions
{
    /// <summary>Sends what was written, and empties the stream.</summary>
    public static async ValueTask MoveToAsync(
        this MemoryStream written,
        Stream output,
        CancellationToken cancellationToken
    )
    {
        await output.WriteAsync(written.GetBuffer().AsMemory(0, (int)written.Length), cancellationToken);
        written.SetLength(0);
    }
}
