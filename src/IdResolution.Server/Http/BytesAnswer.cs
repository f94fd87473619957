namespace IdResolution.Server.Http;

internal static class BytesAnswer
{
    // The server copies what it is given, so that it is given no more than is taken.
    private const int Piece = 65_536;

    /// <summary>
    /// Sends bytes as the answer. A HEAD request gets only the headers. What is long has to have room in its caller's
    /// share of <see cref="HeldAnswers"/>.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="isCounted">
    /// False if they are held already, or all callers are sent the same, which then hold no memory of theirs.
    /// </param>
    public static async Task WriteAsync(
        HttpContext context,
        int status,
        string contentType,
        ReadOnlyMemory<byte> body,
        bool isCounted = true
    )
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (
            body.Length > HeldAnswers.AlwaysHeld
            && !isHead
            && isCounted
            && HeldAnswers.Of(context).Hold(context, body.Length, ReadingCall.Changes(context)) is { } tooMany
        )
        {
            SecurityHeaders.Clear(context);
            await Problem.WriteAsync(context, tooMany);
            return;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!isHead)
        {
            await SendAsync(context, body);
        }
    }

    /// <summary>Sends bytes as they are taken.</summary>
    public static Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body) =>
        body.Length <= Piece
            ? context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask()
            : SendPiecesAsync(context, body);

    private static async Task SendPiecesAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        for (var at = 0; at < body.Length; at += Piece)
        {
            var piece = body.Slice(at, Math.Min(Piece, body.Length - at));
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }
}
