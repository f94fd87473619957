using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Reads raw Handle values in the JSON form of the Handle.Net HTTP API: <c>{index, type, data, ttl, permissions,
/// references}</c>. <c>expires</c> replaces <c>ttl</c> if the time is absolute. A member that is null is absent.
/// </summary>
internal static class RawValueJson
{
    private static readonly string[] s_members =
    [
        "index",
        "type",
        "data",
        "ttl",
        "expires",
        "permissions",
        "references",
        "timestamp",
    ];

    private static readonly RawValue s_none = new()
    {
        Index = 0,
        Type = "",
        Data = [],
    };

    /// <summary>Reads one value. Adds each fault that it has by its field; what is given then means nothing.</summary>
    public static RawValue Read(JsonElement json, string field, Faults faults)
    {
        if (!IsObject(json, field, faults))
        {
            return s_none;
        }
        var members = new Members(field, faults);
        foreach (var member in json.EnumerateObject())
        {
            members.Take(member);
        }
        return members.ToValue();
    }

    private static bool IsObject(JsonElement json, string field, Faults faults)
    {
        var isObject = json.ValueKind == JsonValueKind.Object;
        if (!isObject)
        {
            faults.Add(BodyReader.Shape(field, "must be an object", "应为对象"));
        }
        return isObject;
    }

    private static int? Number(JsonElement json, JsonPath field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out var read))
        {
            return read;
        }
        faults.Add(
            BodyReader.Shape(
                field.ToString(),
                $"must be a whole number, {int.MinValue} to {int.MaxValue}",
                $"应为 {int.MinValue} 至 {int.MaxValue} 的整数"
            )
        );
        return null;
    }

    private static string? Text(JsonElement json, JsonPath field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return json.GetString();
        }
        faults.Add(BodyReader.Shape(field.ToString(), "must be text", "应为文本"));
        return null;
    }

    private static void AddMissing(JsonPath field, Faults faults)
    {
        if (!faults.Mention(field.ToString()))
        {
            faults.Add(BodyReader.Shape(field.ToString(), "is needed", "为必填项"));
        }
    }

    /// <summary>Reads a time as the protocol stores it: seconds since 1970, unsigned in 32 bits.</summary>
    private static int? Time(JsonElement json, JsonPath field, Faults faults)
    {
        if (
            json.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParseExact(
                json.GetString(),
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
            && time.ToUnixTimeSeconds() is >= 0 and <= uint.MaxValue
        )
        {
            return (int)(uint)time.ToUnixTimeSeconds();
        }
        faults.Add(
            BodyReader.Shape(
                field.ToString(),
                "must be a time from 1970 to 2106, such as 2040-01-01T00:00:00Z",
                "应为 1970 至 2106 年间的时间，例如 2040-01-01T00:00:00Z"
            )
        );
        return null;
    }

    /// <summary>Reads <c>{format, value}</c>, or a text as it stands.</summary>
    private static byte[]? Data(JsonElement json, JsonPath field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return Encoding.UTF8.GetBytes(json.GetString()!);
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(
                BodyReader.Shape(
                    field.ToString(),
                    "must be text, or an object of format and value",
                    "应为文本或含 format 与 value 的对象"
                )
            );
            return null;
        }
        return TypedData(json, field.ToString(), faults);
    }

    private static byte[]? TypedData(JsonElement json, string path, Faults faults)
    {
        string? format = null;
        string? value = null;
        foreach (var member in json.EnumerateObject())
        {
            var at = new JsonPath(path, member.Name);
            switch (member.Name)
            {
                case "format":
                    format = Text(member.Value, at, faults);
                    break;
                case "value":
                    value = Text(member.Value, at, faults);
                    break;
                default:
                    faults.Add(BodyReader.Unknown(at.ToString(), ["format", "value"]));
                    break;
            }
        }
        if (format is null)
        {
            AddMissing(new JsonPath(path, "format"), faults);
        }
        if (value is null)
        {
            AddMissing(new JsonPath(path, "value"), faults);
        }
        return format is null || value is null ? null : Decode(format, value, path, faults);
    }

    private static byte[]? Decode(string format, string value, string field, Faults faults)
    {
        var bytes = new byte[value.Length];
        switch (format)
        {
            case "string":
                return Encoding.UTF8.GetBytes(value);
            case "base64" when Convert.TryFromBase64String(value, bytes, out var length):
                return bytes[..length];
            case "base64":
                faults.Add(BodyReader.Shape($"{field}.value", "must be base64", "应为 base64"));
                return null;
            case "hex" when Convert.FromHexString(value, bytes, out _, out var length) == OperationStatus.Done:
                return bytes[..length];
            case "hex":
                faults.Add(
                    BodyReader.Shape($"{field}.value", "must be hexadecimal digits in pairs", "应为成对的十六进制数字")
                );
                return null;
            default:
                faults.Add(
                    BodyReader.Shape(
                        $"{field}.format",
                        "must be one of string, base64, hex",
                        "应为以下之一：string、base64、hex"
                    )
                );
                return null;
        }
    }

    private static List<Reference> References(JsonElement json, JsonPath field, Faults faults)
    {
        var references = new List<Reference>();
        if (json.ValueKind != JsonValueKind.Array)
        {
            faults.Add(BodyReader.Shape(field.ToString(), "must be a list", "应为列表"));
            return references;
        }
        foreach (var item in json.EnumerateArray())
        {
            var at = $"{field}[{references.Count}]";
            references.Add(IsObject(item, at, faults) ? Reference(item, at, faults) : new Reference("", 0));
        }
        return references;
    }

    private static Reference Reference(JsonElement json, string field, Faults faults)
    {
        string? handle = null;
        int? index = null;
        foreach (var member in json.EnumerateObject())
        {
            var at = new JsonPath(field, member.Name);
            switch (member.Name)
            {
                case "handle":
                    handle = Text(member.Value, at, faults);
                    break;
                case "index":
                    index = Number(member.Value, at, faults);
                    break;
                default:
                    faults.Add(BodyReader.Unknown(at.ToString(), ["handle", "index"]));
                    break;
            }
        }
        if (handle is null)
        {
            AddMissing(new JsonPath(field, "handle"), faults);
        }
        if (index is null)
        {
            AddMissing(new JsonPath(field, "index"), faults);
        }
        return new Reference(handle ?? "", index ?? 0);
    }

    /// <summary>The members of a value that were read so far.</summary>
    private struct Members(string field, Faults faults)
    {
        private int? _index;
        private string? _type;
        private bool _hasData;
        private byte[]? _data;
        private int? _ttl;
        private int? _expires;
        private Permissions _permissions = Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;
        private List<Reference> _references = [];

        public void Take(JsonProperty member)
        {
            var json = member.Value;
            if (json.ValueKind == JsonValueKind.Null)
            {
                return;
            }
            var at = new JsonPath(field, member.Name);
            switch (member.Name)
            {
                case "index":
                    _index = Number(json, at, faults);
                    break;
                case "type":
                    _type = Text(json, at, faults);
                    break;
                case "data":
                    _hasData = true;
                    _data = Data(json, at, faults);
                    break;
                case "ttl":
                    _ttl = Number(json, at, faults);
                    break;
                case "expires":
                    _expires = Time(json, at, faults);
                    break;
                case "permissions":
                    TakePermissions(json, at);
                    break;
                case "references":
                    _references = References(json, at, faults);
                    break;
                case "timestamp":
                    // Ignored, because the node sets it. So a value can be sent back as it was read.
                    break;
                default:
                    faults.Add(BodyReader.Unknown(at.ToString(), s_members));
                    break;
            }
        }

        private void TakePermissions(JsonElement json, JsonPath at)
        {
            if (
                json.ValueKind != JsonValueKind.String
                || !PermissionDigits.TryParse(json.GetString(), out _permissions)
            )
            {
                faults.Add(
                    BodyReader.Shape(
                        at.ToString(),
                        "must be four digits, each 0 or 1, such as 1110",
                        "应为四位 0 或 1 的数字，例如 1110"
                    )
                );
            }
        }

        /// <summary>Makes the value. Adds the members that are missing or contradict each other.</summary>
        public readonly RawValue ToValue()
        {
            if (_index is null)
            {
                AddMissing(new JsonPath(field, "index"), faults);
            }
            if (_type is null)
            {
                AddMissing(new JsonPath(field, "type"), faults);
            }
            if (!_hasData)
            {
                AddMissing(new JsonPath(field, "data"), faults);
            }
            if (_ttl is not null && _expires is not null)
            {
                faults.Add(BodyReader.Shape(field, "has ttl or expires, not both", "不能同时有 ttl 和 expires"));
            }
            return new RawValue
            {
                Index = _index ?? 0,
                Type = _type ?? "",
                Data = _data ?? [],
                TtlType = (byte)(_expires is null ? 0 : 1),
                Ttl = _expires ?? _ttl ?? RawValue.DefaultTtl,
                Permissions = _permissions,
                References = _references,
            };
        }
    }
}
