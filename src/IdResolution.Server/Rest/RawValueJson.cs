using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Server.Rest;

/// <summary>
/// Raw Handle values in the JSON of the Handle.Net HTTP API: <c>{index, type, data, ttl, permissions, references}</c>,
/// with <c>expires</c> in place of <c>ttl</c> where that is absolute.
/// </summary>
internal static class RawValueJson
{
    /// <summary>Reads one value; false with the error of the field that is wrong.</summary>
    public static bool TryRead(
        JsonElement json,
        string field,
        [NotNullWhen(true)] out RawValue? value,
        [NotNullWhen(false)] out Error? error
    )
    {
        value = null;
        error = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = RequestReader.Shape(field, "must be an object", "应为对象");
            return false;
        }
        int? index = null;
        string? type = null;
        byte[]? data = null;
        int? ttl = null;
        int? expires = null;
        var permissions = Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;
        List<Reference> references = [];
        foreach (var member in json.EnumerateObject())
        {
            var at = $"{field}.{member.Name}";
            switch (member.Name)
            {
                case "index"
                    when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number):
                    index = number;
                    break;
                case "type" when member.Value.ValueKind == JsonValueKind.String:
                    type = member.Value.GetString();
                    break;
                case "data" when TryData(member.Value, out data):
                    break;
                case "ttl"
                    when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var seconds):
                    ttl = seconds;
                    break;
                case "expires"
                    when member.Value.ValueKind == JsonValueKind.String
                        && TryTime(member.Value.GetString(), out var end):
                    expires = end;
                    break;
                case "permissions"
                    when member.Value.ValueKind == JsonValueKind.String
                        && PermissionDigits.TryParse(member.Value.GetString(), out permissions):
                    break;
                case "references" when TryReferences(member.Value, references):
                    break;
                case "timestamp":
                    // Set by the node; let pass so that what was read can be written.
                    break;
                default:
                    error = RequestReader.Shape(
                        at,
                        "is not a member of a value, or not of the form it takes",
                        "不是值的成员，或格式不符"
                    );
                    return false;
            }
        }
        if (index is null || type is null || data is null)
        {
            error = RequestReader.Shape(field, "needs index, type and data", "需要 index、type 和 data");
            return false;
        }
        if (ttl is not null && expires is not null)
        {
            error = RequestReader.Shape(field, "has ttl or expires, not both", "不能同时有 ttl 和 expires");
            return false;
        }
        value = new RawValue
        {
            Index = index.Value,
            Type = type,
            Data = data,
            TtlType = (byte)(expires is null ? 0 : 1),
            Ttl = expires ?? ttl ?? RawValue.DefaultTtl,
            Permissions = permissions,
            References = references,
        };
        return true;
    }

    /// <summary>Seconds since 1970 as the protocol has them, unsigned in 32 bits.</summary>
    private static bool TryTime(string? text, out int seconds)
    {
        seconds = 0;
        if (
            !DateTimeOffset.TryParseExact(
                text,
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            ) || time.ToUnixTimeSeconds() is < 0 or > uint.MaxValue
        )
        {
            return false;
        }
        seconds = (int)(uint)time.ToUnixTimeSeconds();
        return true;
    }

    private static bool TryData(JsonElement json, out byte[]? data)
    {
        data = null;
        if (json.ValueKind == JsonValueKind.String)
        {
            data = Encoding.UTF8.GetBytes(json.GetString()!);
            return true;
        }
        if (
            json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("value", out var value)
            || value.ValueKind != JsonValueKind.String
            || !json.TryGetProperty("format", out var format)
            || format.ValueKind != JsonValueKind.String
        )
        {
            return false;
        }
        switch (format.GetString())
        {
            case "string":
                data = Encoding.UTF8.GetBytes(value.GetString()!);
                return true;
            case "base64":
                return value.TryGetBytesFromBase64(out data);
            case "hex":
                var hex = value.GetString()!;
                data = new byte[hex.Length / 2];
                return hex.Length % 2 == 0
                    && Convert.FromHexString(hex, data, out _, out _) == System.Buffers.OperationStatus.Done;
            default:
                return false;
        }
    }

    private static bool TryReferences(JsonElement json, List<Reference> references)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return false;
        }
        foreach (var item in json.EnumerateArray())
        {
            if (
                item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("handle", out var handle)
                || handle.ValueKind != JsonValueKind.String
                || !item.TryGetProperty("index", out var index)
                || index.ValueKind != JsonValueKind.Number
                || !index.TryGetInt32(out var number)
            )
            {
                return false;
            }
            references.Add(new Reference(handle.GetString()!, number));
        }
        return true;
    }
}
