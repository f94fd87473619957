using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Server.Rest;

/// <summary>
/// Reads raw Handle values in the JSON form of the Handle.Net HTTP API: <c>{index, type, data, ttl, permissions,
/// references}</c>. <c>expires</c> replaces <c>ttl</c> if the time is absolute.
/// </summary>
internal static class RawValueJson
{
    /// <summary>Reads one value. If it is invalid, gives false and an error that names the field.</summary>
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
            error = BodyReader.Shape(field, "must be an object", "应为对象");
            return false;
        }
        var members = new Members();
        foreach (var member in json.EnumerateObject())
        {
            if (!members.TryTake(member))
            {
                error = BodyReader.Shape(
                    $"{field}.{member.Name}",
                    "is not a member of a value, or not of the form it takes",
                    "不是值的成员，或格式不符"
                );
                return false;
            }
        }
        return members.TryMake(field, out value, out error);
    }

    private static bool TryNumber(JsonElement json, out int? number)
    {
        number = json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var read) ? read : null;
        return number is not null;
    }

    /// <summary>Reads a time as the protocol stores it: seconds since 1970, unsigned in 32 bits.</summary>
    private static bool TryTime(JsonElement json, out int? seconds)
    {
        seconds = null;
        if (
            json.ValueKind != JsonValueKind.String
            || !DateTimeOffset.TryParseExact(
                json.GetString(),
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
            || time.ToUnixTimeSeconds() is < 0 or > uint.MaxValue
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

    /// <summary>The members of a value that were read so far.</summary>
    private struct Members
    {
        private int? _index;
        private string? _type;
        private byte[]? _data;
        private int? _ttl;
        private int? _expires;
        private Permissions _permissions = Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;
        private readonly List<Reference> _references = [];

        public Members() { }

        /// <summary>Reads a member. False if the member is unknown or its JSON has the wrong form.</summary>
        public bool TryTake(JsonProperty member)
        {
            var json = member.Value;
            switch (member.Name)
            {
                case "index":
                    return TryNumber(json, out _index);
                case "type":
                    _type = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
                    return _type is not null;
                case "data":
                    return TryData(json, out _data);
                case "ttl":
                    return TryNumber(json, out _ttl);
                case "expires":
                    return TryTime(json, out _expires);
                case "permissions":
                    return json.ValueKind == JsonValueKind.String
                        && PermissionDigits.TryParse(json.GetString(), out _permissions);
                case "references":
                    return TryReferences(json, _references);
                case "timestamp":
                    // Ignored, because the node sets it. So a value can be sent back as it was read.
                    return true;
                default:
                    return false;
            }
        }

        /// <summary>Makes the value. False if members are missing or contradict each other.</summary>
        public readonly bool TryMake(
            string field,
            [NotNullWhen(true)] out RawValue? value,
            [NotNullWhen(false)] out Error? error
        )
        {
            value = null;
            error = null;
            if (_index is not { } index || _type is null || _data is null)
            {
                error = BodyReader.Shape(field, "needs index, type and data", "需要 index、type 和 data");
                return false;
            }
            if (_ttl is not null && _expires is not null)
            {
                error = BodyReader.Shape(field, "has ttl or expires, not both", "不能同时有 ttl 和 expires");
                return false;
            }
            value = new RawValue
            {
                Index = index,
                Type = _type,
                Data = _data,
                TtlType = (byte)(_expires is null ? 0 : 1),
                Ttl = _expires ?? _ttl ?? RawValue.DefaultTtl,
                Permissions = _permissions,
                References = _references,
            };
            return true;
        }
    }
}
