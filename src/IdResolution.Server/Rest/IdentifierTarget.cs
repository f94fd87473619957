using System.Buffers;
using System.Text;
using System.Text.Unicode;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Rest;

/// <summary>
/// The identifier in a request target, parsed from the raw target and percent-decoded once: paths that frameworks normalise would not be
/// the identifier that was asked for. <c>?id=</c> takes any identifier.
/// </summary>
internal static class IdentifierTarget
{
    /// <summary>The raw target's path and query, scheme and authority of an absolute form cut off.</summary>
    public static string Of(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (raw.StartsWith('/'))
        {
            return raw;
        }
        var authority = raw.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : raw.IndexOf('/', authority + 3);
        return path < 0 ? "/" : raw[path..];
    }

    /// <summary>The identifier after a route, or of <c>?id=</c>; errors are <see cref="ErrorCode.Malformed"/> or of the identifier itself.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The literal route with its last slash.</param>
    /// <param name="ending">What follows the identifier (<c>.svg</c>), or empty.</param>
    public static Result<Identifier> Parse(HttpContext context, string route, string ending = "")
    {
        var target = Of(context);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        if (path.Length > route.Length || !path.AsSpan().TrimEnd('/').SequenceEqual(route.AsSpan().TrimEnd('/')))
        {
            if (!path.StartsWith(route, StringComparison.Ordinal) || !path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) || path.Length < route.Length + ending.Length)
            {
                return Unreadable();
            }
            return Decode(path.AsSpan(route.Length, path.Length - route.Length - ending.Length)) is { } text ? Identifier.Parse(text) : Unreadable();
        }
        if (context.Request.Query["id"].Count != 1)
        {
            return Error.Of(ErrorCode.Malformed, "Name the identifier after the path, or once as ?id=.", "请在路径后或以 ?id= 给出一个标识。", "id");
        }
        return OfQuery(target.AsSpan(question + 1)) is { } named ? Identifier.Parse(named, "id") : Unreadable();
    }

    /// <summary>The value of <c>id</c> in a query, strictly decoded: the framework leaves what it cannot decode as it stands.</summary>
    private static string? OfQuery(ReadOnlySpan<char> query)
    {
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.StartsWith("id=", StringComparison.OrdinalIgnoreCase))
            {
                return Decode(pair[3..].ToString().Replace('+', ' '));
            }
        }
        return null;
    }

    /// <summary>The error for a target that cannot be read as an identifier.</summary>
    public static Error Unreadable() => Error.Of(
        ErrorCode.Malformed,
        "The path cannot be read as an identifier: '.' and '..' segments, bad percent sequences and bytes that are not UTF-8 are not taken. Use ?id= with the identifier percent-encoded.",
        "路径无法解析为标识：不接受 '.'、'..' 段、错误的百分号编码和非 UTF-8 字节。请使用 ?id= 并对标识进行百分号编码。",
        "id");

    /// <summary>Percent-decodes once; null for bad sequences and bytes that are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<char> encoded)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            var length = 0;
            for (var i = 0; i < encoded.Length; i++)
            {
                if (encoded[i] != '%')
                {
                    // Kestrel reads targets as Latin-1 text of ASCII bytes; anything above came unencoded and is not valid in a target.
                    if (encoded[i] > 0x7F)
                    {
                        return null;
                    }
                    bytes[length++] = (byte)encoded[i];
                    continue;
                }
                if (i + 2 >= encoded.Length || !char.IsAsciiHexDigit(encoded[i + 1]) || !char.IsAsciiHexDigit(encoded[i + 2]))
                {
                    return null;
                }
                bytes[length++] = (byte)((Hex(encoded[i + 1]) << 4) | Hex(encoded[i + 2]));
                i += 2;
            }
            return Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>
    /// The folded key of an ASCII identifier, for the hot path: false for anything out of the ordinary, which then takes the slow way.
    /// </summary>
    public static bool TryFold(ReadOnlySpan<char> encoded, Span<byte> folded, out int length)
    {
        length = 0;
        var slash = false;
        for (var i = 0; i < encoded.Length; i++)
        {
            int c = encoded[i];
            if (c == '%')
            {
                if (i + 2 >= encoded.Length || !char.IsAsciiHexDigit(encoded[i + 1]) || !char.IsAsciiHexDigit(encoded[i + 2]))
                {
                    return false;
                }
                c = (Hex(encoded[i + 1]) << 4) | Hex(encoded[i + 2]);
                i += 2;
            }
            if (c is < 0x20 or >= 0x7F or '?' || length == folded.Length)
            {
                return false;
            }
            slash |= c == '/';
            folded[length++] = (byte)(c is >= 'a' and <= 'z' ? c - 0x20 : c);
        }
        return slash;
    }

    private static int Hex(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
