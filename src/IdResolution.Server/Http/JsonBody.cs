using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Errors;
using Microsoft.AspNetCore.RequestDecompression;

namespace IdResolution.Server.Http;

/// <summary>
/// A request body as JSON: valid Unicode, without a member given twice, within limits of size and depth. A compressed
/// body is inflated. Disposing it gives its memory back.
/// </summary>
internal sealed class JsonBody : IDisposable
{
    // No valid body is as deep as this. It stops bodies of endless brackets.
    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions s_once = new()
    {
        MaxDepth = MaxDepth,
        AllowDuplicateProperties = false,
    };
    private static readonly JsonDocumentOptions s_repeated = new() { MaxDepth = MaxDepth };

    // What inflating takes beside what it gives.
    private const int InflaterBytes = 65_536;

    private readonly JsonDocument _document;
    private readonly byte[] _bytes;
    private readonly int _length;

    private JsonBody(JsonDocument document, byte[] bytes, int length) =>
        (_document, _bytes, _length) = (document, bytes, length);

    public JsonElement RootElement => _document.RootElement;

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    /// <summary>
    /// Reads the body, which the caller disposes; or <see cref="ErrorCode.TooLarge"/>,
    /// <see cref="ErrorCode.UnsupportedMediaType"/>, <see cref="ErrorCode.Malformed"/>, or
    /// <see cref="ErrorCode.TooMany"/> where too many are unfinished.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">The greatest length in bytes, as sent and when inflated.</param>
    public static async ValueTask<Result<JsonBody>> ReadAsync(HttpContext context, int limit)
    {
        var request = context.Request;
        if (request.ContentLength > limit)
        {
            BodyBound.Discard(context);
            return TooLarge(limit);
        }
        BodyBound.SetForCounted(context, limit);
        try
        {
            return request.Headers.ContentEncoding.Count == 0
                ? await ReadAsync(context, request.BodyReader, limit, beside: 0)
                : await InflateAsync(context, limit);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(limit);
        }
    }

    public void Dispose()
    {
        _document.Dispose();
        GiveBack(_bytes, _length);
    }

    private static async ValueTask<Result<JsonBody>> InflateAsync(HttpContext context, int limit)
    {
        var provider = context.RequestServices.GetRequiredService<IRequestDecompressionProvider>();
        if (provider.GetDecompressionStream(context) is not { } inflated)
        {
            context.Response.Headers.AcceptEncoding = Compression.Read;
            return Error.Of(
                ErrorCode.UnsupportedMediaType,
                $"Content-Encoding must be one of {Compression.Read}.",
                $"Content-Encoding 应为 {Compression.Read} 之一。",
                "Content-Encoding"
            );
        }
        var reader = PipeReader.Create(inflated);
        try
        {
            return await ReadAsync(context, reader, limit, InflaterBytes);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            return Malformed(
                "The body is not compressed as Content-Encoding says.",
                "请求体与 Content-Encoding 所示的压缩方式不符。",
                "Content-Encoding"
            );
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static async ValueTask<Result<JsonBody>> ReadAsync(
        HttpContext context,
        PipeReader reader,
        int limit,
        int beside
    )
    {
        HeldBodies.Held? held = null;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                var buffer = read.Buffer;
                if (buffer.Length > limit)
                {
                    reader.AdvanceTo(buffer.End);
                    return TooLarge(limit);
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
                var bytes = buffer.Length + beside;
                if (bytes > HeldBodies.AlwaysHeld && !(held ??= HeldBodies.Of(context)).TryHold(bytes))
                {
                    reader.AdvanceTo(buffer.End);
                    return HeldBodies.TooMany;
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            held?.Dispose();
        }
    }

    internal static Result<JsonBody> Parse(in ReadOnlySequence<byte> body)
    {
        // The pipe gives its memory to other requests before the document is used.
        var length = (int)body.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(bytes);
        var parsed = Parse(bytes.AsMemory(0, length));
        if (parsed.TryGet(out var document, out var error))
        {
            return new JsonBody(document, bytes, length);
        }
        GiveBack(bytes, length);
        return error;
    }

    private static Result<JsonDocument> Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith(ByteOrderMark))
        {
            json = json[ByteOrderMark.Length..];
        }
        // The parser looks at texts only when they are read, and throws then.
        if (!Utf8.IsValid(json.Span) || HasHalfPair(json.Span))
        {
            return Malformed("The body holds text that is not valid Unicode.", "请求体含有无效的 Unicode 文本。");
        }
        try
        {
            return JsonDocument.Parse(json, s_once);
        }
        catch (JsonException e)
        {
            return Repeated(json) is { } field
                ? Malformed($"{field} is given twice.", $"{field} 重复出现。", field)
                : Malformed(
                    $"The body is not JSON of at most {MaxDepth} levels (line {e.LineNumber + 1}, byte "
                        + $"{e.BytePositionInLine + 1}).",
                    $"请求体不是 {MaxDepth} 层以内的有效 JSON（第 {e.LineNumber + 1} 行，第 {e.BytePositionInLine + 1} 字节）。"
                );
        }
    }

    /// <summary>True if an escape sequence gives one half of a surrogate pair without the other.</summary>
    private static bool HasHalfPair(ReadOnlySpan<byte> json)
    {
        for (int at; (at = json.IndexOf((byte)'\\')) >= 0; )
        {
            json = json[at..];
            if (!TryEscape(json, out var unit))
            {
                // Another escape sequence, of two characters.
                json = json[Math.Min(2, json.Length)..];
                continue;
            }
            json = json[6..];
            if (!char.IsSurrogate(unit))
            {
                continue;
            }
            if (!char.IsHighSurrogate(unit) || !TryEscape(json, out var next) || !char.IsLowSurrogate(next))
            {
                return true;
            }
            json = json[6..];
        }
        return false;
    }

    /// <summary>Reads the UTF-16 unit of an escape sequence such as <c>\u00e4</c> at the beginning.</summary>
    private static bool TryEscape(ReadOnlySpan<byte> json, out char unit)
    {
        ushort code = 0;
        var isEscape =
            json is [(byte)'\\', (byte)'u', _, _, _, _, ..]
            && Utf8Parser.TryParse(json.Slice(2, 4), out code, out var read, 'x')
            && read == 4;
        unit = (char)code;
        return isEscape;
    }

    /// <summary>The first member that is given twice, named by its path, or null.</summary>
    private static string? Repeated(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_repeated);
            var path = Repeated(document.RootElement);
            return path?.StartsWith('.') == true ? path[1..] : path;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The path is made on the way back: made on the way down, long names would be copied for every member below them.
    private static string? Repeated(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>();
                foreach (var member in json.EnumerateObject())
                {
                    if (!names.Add(member.Name))
                    {
                        return $".{member.Name}";
                    }
                    if (Repeated(member.Value) is { } inner)
                    {
                        return $".{member.Name}{inner}";
                    }
                }
                return null;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var item in json.EnumerateArray())
                {
                    if (Repeated(item) is { } inner)
                    {
                        return $"[{i}]{inner}";
                    }
                    i++;
                }
                return null;
            default:
                return null;
        }
    }

    private static void GiveBack(byte[] bytes, int length)
    {
        // Bodies may hold secrets.
        bytes.AsSpan(0, length).Clear();
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private static Error TooLarge(int limit) =>
        Error.Of(ErrorCode.TooLarge, $"The body has at most {limit} bytes.", $"请求体最多 {limit} 字节。");

    private static Error Malformed(string en, string zh, string? field = null) =>
        Error.Of(ErrorCode.Malformed, en, zh, field);
}
