using System.Buffers;
using System.Text;
using System.Text.Unicode;
using IdResolution.Core.Identifiers;
using Microsoft.AspNetCore.Http.Features;

namespace IdResolution.Server.Http;

/// <summary>
/// Reads the raw request target and percent-decodes it once. Frameworks normalise paths, so that they may no longer
/// hold the identifier that was asked for.
/// </summary>
internal static class RequestTarget
{
    /// <summary>The path and query of the raw target. Scheme and authority are cut off.</summary>
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

    /// <summary>Percent-decodes once. Null if an escape sequence is bad or the bytes are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<char> encoded)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            var length = 0;
            for (var i = 0; i < encoded.Length; i++)
            {
                int c = encoded[i];
                if (c == '%')
                {
                    if (!IsEscape(encoded, i))
                    {
                        return null;
                    }
                    c = Unescaped(encoded, i);
                    i += 2;
                }
                else if (c > 0x7F)
                {
                    // Kestrel gives each byte of the target as one character. A byte above 0x7F must be
                    // percent-encoded.
                    return null;
                }
                bytes[length++] = (byte)c;
            }
            return Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>
    /// Reads the folded key of an ASCII identifier, for the hot path. False for all other targets; the slow path
    /// handles those.
    /// </summary>
    public static bool TryFold(ReadOnlySpan<char> encoded, Span<byte> folded, out int length)
    {
        var done = TryDecodeAscii(encoded, folded, out length);
        LookupKey.Fold(folded[..length]);
        return done;
    }

    /// <summary>
    /// Reads the bytes of an ASCII identifier without folding, for the hot path. False for all other targets.
    /// </summary>
    public static bool TryDecodeAscii(ReadOnlySpan<char> encoded, Span<byte> decoded, out int length)
    {
        length = 0;
        var slash = false;
        for (var i = 0; i < encoded.Length; i++)
        {
            int c = encoded[i];
            if (c == '%')
            {
                if (!IsEscape(encoded, i))
                {
                    return false;
                }
                c = Unescaped(encoded, i);
                i += 2;
            }
            if (c is < 0x20 or >= 0x7F or '?' || length == decoded.Length)
            {
                return false;
            }
            slash |= c == '/';
            decoded[length++] = (byte)c;
        }
        return slash;
    }

    /// <summary>True if two hexadecimal digits follow the percent sign.</summary>
    private static bool IsEscape(ReadOnlySpan<char> encoded, int at) =>
        at + 2 < encoded.Length && char.IsAsciiHexDigit(encoded[at + 1]) && char.IsAsciiHexDigit(encoded[at + 2]);

    private static int Unescaped(ReadOnlySpan<char> encoded, int at) =>
        (Hex(encoded[at + 1]) << 4) | Hex(encoded[at + 2]);

    private static int Hex(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
