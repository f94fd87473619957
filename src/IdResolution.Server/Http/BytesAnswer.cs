namespace IdResolution.Server.Http;

/// <summary>Answers whose bytes are there already.</summary>
internal static class BytesAnswer
{
    /// <summary>Answers with bytes; a HEAD gets their headers.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
