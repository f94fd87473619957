using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Server.Rest;

/// <summary>Raw Handle values in the JSON of the Handle.Net HTTP API: <c>{index, type, data, ttl, permissions, references}</c>.</summary>
internal static class RawValueJson
{
    /// <summary>Reads one value; false with the error of the field that is wrong.</summary>
    public static bool TryRead(JsonElement json, string field, [NotNullWhen(true)] out RawValue? value, [NotNullWhen(false)] out Error? error)
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
        var ttl = RawValue.DefaultTtl;
        var permissions = Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;
        List<Reference> references = [];
        foreach (var member in json.EnumerateObject())
        {
            var at = $"{field}.{member.Name}";
            switch (member.Name)
            {
                case "index" when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var number):
                    index = number;
                    break;
                case "type" when member.Value.ValueKind == JsonValueKind.String:
                    type = member.Value.GetString();
                    break;
                case "data" when TryData(member.Value, out data):
                    break;
                case "ttl" when member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out ttl):
                    break;
                case "permissions" when member.Value.ValueKind == JsonValueKind.String && PermissionDigits.TryParse(member.Value.GetString(), out permissions):
                    break;
                case "references" when TryReferences(member.Value, references):
                    break;
                case "timestamp":
                    // Set by the node; let pass so that what was read can be written.
                    break;
                default:
                    error = RequestReader.Shape(at, "is not a member of a value, or not of the form it takes", "不是值的成员，或格式不符");
                    return false;
            }
        }
        if (index is null || type is null || data is null)
        {
            error = RequestReader.Shape(field, "needs index, type and data", "需要 index、type 和 data");
            return false;
        }
        value = new RawValue { Index = index.Value, Type = type, Data = data, Ttl = ttl, Permissions = permissions, References = references };
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
        if (json.ValueKind != JsonValueKind.Object
            || !json.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.String
            || !json.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String)
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
                return hex.Length % 2 == 0 && Convert.FromHexString(hex, data, out _, out _) == System.Buffers.OperationStatus.Done;
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
            if (item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("handle", out var handle) || handle.ValueKind != JsonValueKind.String
                || !item.TryGetProperty("index", out var index) || index.ValueKind != JsonValueKind.Number || !index.TryGetInt32(out var number))
            {
                return false;
            }
            references.Add(new Reference(handle.GetString()!, number));
        }
        return true;
    }
}
