using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Json;

/// <summary>
/// The data of a value as <c>{"format": …, "value": …}</c>. A structured format is used only if reading it gives back
/// the same bytes. Otherwise the format is string or base64, so nothing is lost.
/// </summary>
internal static class ValueDataJson
{
    /// <summary>Writes data in the format that suits the type.</summary>
    public static void Write(Utf8JsonWriter json, string type, byte[] data)
    {
        if (
            !TryWriteAdmin(json, type, data)
            && !TryWriteList(json, type, data)
            && !TryWriteSite(json, type, data)
            && !(Is(type, "HS_PUBKEY") && TryWriteKey(json, data))
        )
        {
            WriteBytes(json, data);
        }
        json.WriteEndObject();
    }

    /// <summary>Writes a public key: RSA and DSA in the format <c>key</c>, others as base64.</summary>
    public static void WriteKey(Utf8JsonWriter json, byte[] key)
    {
        if (!TryWriteKey(json, key))
        {
            Start(json, "base64");
            json.WriteBase64StringValue(key);
        }
        json.WriteEndObject();
    }

    private static bool TryWriteAdmin(Utf8JsonWriter json, string type, byte[] data)
    {
        if (
            !Is(type, "HS_ADMIN")
            || !AdminRecord.TryRead(data, out var admin)
            || (admin.Permissions & ~AdminPermissions.All) != 0
            || !Same(admin.ToData(), data)
        )
        {
            return false;
        }
        Start(json, "admin");
        AdminJson.Write(json, admin);
        return true;
    }

    private static bool TryWriteList(Utf8JsonWriter json, string type, byte[] data)
    {
        if (!Is(type, "HS_VLIST") || !ValueListRecord.TryRead(data, out var list) || !Same(list.ToData(), data))
        {
            return false;
        }
        Start(json, "vlist");
        ReferenceJson.WriteAll(json, list.Members);
        return true;
    }

    private static bool TryWriteSite(Utf8JsonWriter json, string type, byte[] data)
    {
        if (
            !(Is(type, "HS_SITE") || Is(type, "HS_SITE.PREFIX") || Is(type, "HS_NA_DELEGATE"))
            || !SiteRecord.TryRead(data, out var site)
            || !IsPlain(site)
            || !Same(site.ToData(), data)
        )
        {
            return false;
        }
        Start(json, "site");
        SiteRecordJson.Write(json, site);
        return true;
    }

    private static bool TryWriteKey(Utf8JsonWriter json, byte[] data)
    {
        if (!KeyJson.TryParse(data, out var parsed))
        {
            return false;
        }
        Start(json, "key");
        JsonWebKey.TryWrite(json, parsed);
        return true;
    }

    private static void WriteBytes(Utf8JsonWriter json, byte[] data)
    {
        if (IsPrintable(data))
        {
            Start(json, "string");
            json.WriteStringValue(data);
        }
        else
        {
            Start(json, "base64");
            json.WriteBase64StringValue(data);
        }
    }

    /// <summary>Reads data in any format, or from a bare string.</summary>
    public static byte[]? Read(JsonFields fields, JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return Encoding.UTF8.GetBytes(element.GetString()!);
        }
        if (!fields.IsObject(element, path) || !fields.TryText(element, path, "format", out var format))
        {
            return null;
        }
        if (!JsonFields.TryField(element, "value", out var value))
        {
            fields.Fail(JsonFields.PathOf(path, "value"), "The value is missing.");
            return null;
        }
        var folded = HandleName.Fold(format);
        return folded is "STRING" or "BASE64" or "HEX"
            ? FromText(fields, folded, element, path)
            : FromParts(fields, folded, value, path);
    }

    private static byte[]? FromParts(JsonFields fields, string format, JsonElement value, string path)
    {
        var at = JsonFields.PathOf(path, "value");
        switch (format)
        {
            case "ADMIN":
                return AdminJson.Read(fields, value, at)?.ToData();
            case "VLIST":
                return ReadList(fields, value, at)?.ToData();
            case "SITE":
                return SiteRecordJson.Read(fields, value, at)?.ToData();
            case "KEY":
                return KeyJson.Read(fields, value, at);
            default:
                fields.Fail(
                    JsonFields.PathOf(path, "format"),
                    "One of string, base64, hex, admin, vlist, site and key is expected."
                );
                return null;
        }
    }

    private static ValueListRecord? ReadList(JsonFields fields, JsonElement value, string path) =>
        fields.TryItems(value, path, (item, at) => ReferenceJson.Read(fields, item, at), out var members)
            ? new ValueListRecord(members)
            : null;

    private static byte[]? FromText(JsonFields fields, string format, JsonElement element, string path)
    {
        if (!fields.TryText(element, path, "value", out var text))
        {
            return null;
        }
        if (format == "STRING")
        {
            return Encoding.UTF8.GetBytes(text);
        }
        var bytes = new byte[text.Length];
        var length = 0;
        if (
            format == "HEX"
                ? Convert.FromHexString(text, bytes, out _, out length) != System.Buffers.OperationStatus.Done
                : !Convert.TryFromBase64String(text, bytes, out length)
        )
        {
            fields.Fail(
                JsonFields.PathOf(path, "value"),
                format == "HEX" ? "Hexadecimal digits in pairs are expected." : "Base64 is expected."
            );
            return null;
        }
        return bytes[..length];
    }

    private static void Start(Utf8JsonWriter json, string format)
    {
        json.WriteStartObject();
        json.WriteString("format", format);
        json.WritePropertyName("value");
    }

    private static bool Is(string type, string expected) => Ascii.EqualsIgnoreCase(type, expected);

    /// <summary>True for UTF-8 without control characters other than white space.</summary>
    private static bool IsPrintable(ReadOnlySpan<byte> data)
    {
        foreach (var b in data)
        {
            if (b is < 0x20 and not (>= 0x09 and <= 0x0D) or 0x7F)
            {
                return false;
            }
        }
        return Utf8.IsValid(data);
    }

    /// <summary>True if JSON can express everything in the site's interfaces.</summary>
    private static bool IsPlain(SiteRecord site) =>
        site.Servers.All(server =>
            server.Interfaces.All(port => port.Port >= 0 && (port.Services & ~SiteServices.Both) == 0)
        );

    private static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);
}
