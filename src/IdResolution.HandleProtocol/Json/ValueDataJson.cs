using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Json;

/// <summary>
/// The data of a value as <c>{"format": …, "value": …}</c>. A format that takes data apart is used only where reading
/// it gives back the same bytes, else base64: nothing is lost.
/// </summary>
internal static class ValueDataJson
{
    /// <summary>Writes data in the format that its type calls for.</summary>
    public static void Write(Utf8JsonWriter json, string type, byte[] data)
    {
        if (
            Is(type, "HS_ADMIN")
            && AdminRecord.TryRead(data, out var admin)
            && (admin.Permissions & ~AdminPermissions.All) == 0
            && Same(admin.ToData(), data)
        )
        {
            Start(json, "admin");
            AdminJson.Write(json, admin);
        }
        else if (Is(type, "HS_VLIST") && ValueListRecord.TryRead(data, out var list) && Same(list.ToData(), data))
        {
            Start(json, "vlist");
            ReferenceJson.WriteAll(json, list.Members);
        }
        else if (
            (Is(type, "HS_SITE") || Is(type, "HS_SITE.PREFIX") || Is(type, "HS_NA_DELEGATE"))
            && SiteRecord.TryRead(data, out var site)
            && IsPlain(site)
            && Same(site.ToData(), data)
        )
        {
            Start(json, "site");
            SiteRecordJson.Write(json, site);
        }
        else if (Is(type, "HS_PUBKEY") && KeyJson.TryParse(data, out var parsed))
        {
            Start(json, "key");
            JsonWebKey.TryWrite(json, parsed);
        }
        else if (IsPrintable(data))
        {
            Start(json, "string");
            json.WriteStringValue(data);
        }
        else
        {
            Start(json, "base64");
            json.WriteBase64StringValue(data);
        }
        json.WriteEndObject();
    }

    /// <summary>Writes a public key: RSA and DSA as a key, others as base64.</summary>
    public static void WriteKey(Utf8JsonWriter json, byte[] key)
    {
        if (KeyJson.TryParse(key, out var parsed))
        {
            Start(json, "key");
            JsonWebKey.TryWrite(json, parsed);
        }
        else
        {
            Start(json, "base64");
            json.WriteBase64StringValue(key);
        }
        json.WriteEndObject();
    }

    /// <summary>Reads data in any format, or a bare string.</summary>
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
        var at = JsonFields.PathOf(path, "value");
        if (!JsonFields.TryField(element, "value", out var value))
        {
            fields.Fail(at, "The value is missing.");
            return null;
        }
        switch (HandleName.Fold(format))
        {
            case "ADMIN":
                return AdminJson.Read(fields, value, at)?.ToData();
            case "VLIST":
                return fields.TryItems(
                    value,
                    at,
                    (item, itemAt) => ReferenceJson.Read(fields, item, itemAt),
                    out var members
                )
                    ? new ValueListRecord(members).ToData()
                    : null;
            case "SITE":
                return SiteRecordJson.Read(fields, value, at)?.ToData();
            case "KEY":
                return KeyJson.Read(fields, value, at);
            case "STRING" or "BASE64" or "HEX":
                return fields.TryText(element, path, "value", out var text)
                    ? FromText(fields, HandleName.Fold(format), text, at)
                    : null;
            default:
                fields.Fail(
                    JsonFields.PathOf(path, "format"),
                    "One of string, base64, hex, admin, vlist, site and key is expected."
                );
                return null;
        }
    }

    private static byte[]? FromText(JsonFields fields, string format, string text, string path)
    {
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
            fields.Fail(path, format == "HEX" ? "Hexadecimal digits in pairs are expected." : "Base64 is expected.");
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

    /// <summary>UTF-8 without control characters other than white space.</summary>
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

    /// <summary>True where JSON can say all that the interfaces have.</summary>
    private static bool IsPlain(SiteRecord site) =>
        site.Servers.All(server =>
            server.Interfaces.All(port => port.Port >= 0 && (port.Services & ~SiteServices.Both) == 0)
        );

    private static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);
}
