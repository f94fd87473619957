using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace IdResolution.HandleProtocol.Keys;

/// <summary>
/// Reads JSON that a stranger wrote: bounded in depth, and false or null for what is not as expected.
/// </summary>
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
        catch (JsonException)
        {
            // The parser has no other way to say so.
            return false;
        }
    }

    /// <summary>A member that is text; null where there is none, or its escapes make no Unicode.</summary>
    public static string? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? Text(member) : null;

    /// <summary>The text of an element; null where it is none.</summary>
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

    /// <summary>A member that is a whole number of seconds since 1970.</summary>
    public static DateTimeOffset? FindTime(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var seconds)
        && seconds is >= 0 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A member that is bytes in Base64url.</summary>
    public static byte[]? FindBytes(JsonElement element, string name) =>
        Find(element, name) is { } text ? FromBase64Url(text) : null;

    /// <summary>Bytes in Base64url, padded or not; null where the text is none.</summary>
    public static byte[]? FromBase64Url(ReadOnlySpan<char> text)
    {
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, buffer, out _, out var written) == OperationStatus.Done
            ? buffer[..written]
            : null;
    }
}
