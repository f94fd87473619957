using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Sends JSON that is written by hand, letters of all scripts as they are.</summary>
internal static class JsonAnswer
{
    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static Task WriteAsync(
        HttpContext context,
        Action<Utf8JsonWriter> write,
        int status = StatusCodes.Status200OK
    )
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            write(writer);
        }
        return BytesAnswer.WriteAsync(context, status, "application/json", buffer.WrittenMemory);
    }
}
