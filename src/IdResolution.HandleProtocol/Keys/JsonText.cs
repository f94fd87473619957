using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>Reads JSON from strangers: the depth is bounded, and anything unexpected gives false or null.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (!Utf8.IsValid(utf8.Span))
        {
            return false;
        }
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The parser has no way but the exception to refuse a text; the second is for half of a surrogate pair,
            // escaped, in a name.
            return false;
        }
    }

    /// <summary>The text of a member; null if there is no such text, or its escapes are not valid Unicode.</summary>
    public static string? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? Text(member) : null;

    /// <summary>The text of an element; null if it is not a string, or its escapes are not valid Unicode.</summary>
    public static string? Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped.
            return null;
        }
    }

    /// <summary>The time of a member that counts whole seconds since 1970; null if it is none.</summary>
    public static DateTimeOffset? FindTime(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var seconds)
        && seconds is >= 0 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>The bytes of a member in Base64url; null if it is none.</summary>
    public static byte[]? FindBytes(JsonElement element, string name) =>
        Find(element, name) is { } text ? FromBase64Url(text) : null;

    /// <summary>The bytes of a member in Base64; null if it is none.</summary>
    public static byte[]? FindBase64(JsonElement element, string name)
    {
        try
        {
            return
                element.ValueKind == JsonValueKind.Object
                && element.TryGetProperty(name, out var member)
                && member.ValueKind == JsonValueKind.String
                && member.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped.
            return null;
        }
    }

    /// <summary>Decodes Base64url, padded or not; null if the text is malformed.</summary>
    public static byte[]? FromBase64Url(ReadOnlySpan<char> text)
    {
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, buffer, out _, out var written) == OperationStatus.Done
            ? buffer[..written]
            : null;
    }
}
