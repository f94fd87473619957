using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>Reads JSON bodies, with limits on their size and depth.</summary>
internal static class JsonBody
{
    // No valid body is as deep as this. It stops bodies of endless brackets.
    private const int MaxDepth = 16;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>
    /// Reads the body, which the caller disposes; or <see cref="ErrorCode.TooLarge"/>,
    /// <see cref="ErrorCode.Malformed"/>.
    /// </summary>
    public static async ValueTask<Result<JsonDocument>> ReadAsync(HttpContext context, int limit)
    {
        var request = context.Request;
        var tooLarge = Error.Of(
            ErrorCode.TooLarge,
            $"The body has at most {limit} bytes.",
            $"请求体最多 {limit} 字节。"
        );
        if (request.ContentLength > limit)
        {
            return tooLarge;
        }
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            var buffer = read.Buffer;
            if (buffer.Length > limit)
            {
                reader.AdvanceTo(buffer.End);
                return tooLarge;
            }
            if (read.IsCompleted)
            {
                try
                {
                    return Parse(buffer);
                }
                finally
                {
                    reader.AdvanceTo(buffer.End);
                }
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static Result<JsonDocument> Parse(in ReadOnlySequence<byte> body)
    {
        JsonDocument? document = null;
        try
        {
            // ParseValue copies the body. Parse would keep a body of one segment in place, in memory that the pipe
            // gives to other requests before the document is used.
            var reader = new Utf8JsonReader(body, isFinalBlock: true, new JsonReaderState(Options));
            document = JsonDocument.ParseValue(ref reader);
            // Throws if anything but white space follows the value.
            reader.Read();
            return document;
        }
        catch (JsonException e)
        {
            document?.Dispose();
            return Error.Of(
                ErrorCode.Malformed,
                $"The body is not JSON of at most {MaxDepth} levels (line {e.LineNumber + 1}, byte "
                    + $"{e.BytePositionInLine + 1}).",
                $"请求体不是 {MaxDepth} 层以内的有效 JSON（第 {e.LineNumber + 1} 行，第 {e.BytePositionInLine + 1} 字节）。"
            );
        }
    }
}
