using System.Text.Json;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Json;

/// <summary>Writes and reads a value as JSON in the form of Handle.Net's HTTP interface.</summary>
public static class HandleValueJson
{
    /// <summary>Writes a value as an object. Usual permissions and a timestamp of 0 are left out.</summary>
    public static void Write(Utf8JsonWriter json, HandleValue value)
    {
        json.WriteStartObject();
        json.WriteNumber("index", value.Index);
        json.WriteString("type", value.Type);
        json.WritePropertyName("data");
        ValueDataJson.Write(json, value.Type, value.Data);
        if (value.Permissions != ValuePermissions.Usual)
        {
            json.WriteString("permissions", Convert.ToString((byte)value.Permissions & 0xF, 2).PadLeft(4, '0'));
        }
        if (value.TtlType == 0)
        {
            json.WriteNumber("ttl", value.Ttl);
        }
        else
        {
            json.WriteString("ttl", JsonFields.TimeText((uint)value.Ttl));
        }
        if (value.Timestamp != 0)
        {
            json.WriteString("timestamp", JsonFields.TimeText(value.Timestamp));
        }
        if (value.References.Count > 0)
        {
            json.WritePropertyName("references");
            ReferenceJson.WriteAll(json, value.References);
        }
        json.WriteEndObject();
    }

    /// <summary>Reads a value from an object; false if there is a problem.</summary>
    /// <param name="element">The object to read.</param>
    /// <param name="path">The path of the object, for the problem; empty for the whole document.</param>
    /// <param name="value">The value; null if there is a problem.</param>
    /// <param name="problem">The first problem found; null if there is none.</param>
    public static bool TryRead(JsonElement element, string path, out HandleValue? value, out JsonProblem? problem)
    {
        HandleValue? read = null;
        var done = JsonFields.TryWhole(path, fields => (read = Read(fields, element, path)) is not null, out problem);
        value = read;
        return done;
    }

    internal static HandleValue? Read(JsonFields fields, JsonElement element, string path)
    {
        if (
            !fields.IsObject(element, path)
            || !fields.TryNumber(element, path, "index", int.MinValue, int.MaxValue, out var index)
            || !fields.TryText(element, path, "type", out var type)
            || ReadData(fields, element, path) is not { } data
            || !TryPermissions(fields, element, path, out var permissions)
            || !TryTtl(fields, element, path, out var ttlType, out var ttl)
            || !TryTimestamp(fields, element, path, out var timestamp)
            || !fields.TryItems(
                element,
                path,
                "references",
                (item, at) => ReferenceJson.Read(fields, item, at),
                out var references
            )
        )
        {
            return null;
        }
        return new HandleValue
        {
            Index = index,
            Type = type,
            Data = data,
            Permissions = permissions,
            TtlType = ttlType,
            Ttl = ttl,
            Timestamp = timestamp,
            References = references,
        };
    }

    private static byte[]? ReadData(JsonFields fields, JsonElement element, string path)
    {
        var dataPath = JsonFields.PathOf(path, "data");
        if (!JsonFields.TryField(element, "data", out var data))
        {
            fields.Fail(dataPath, "The data is missing.");
            return null;
        }
        return ValueDataJson.Read(fields, data, dataPath);
    }

    private static bool TryTimestamp(JsonFields fields, JsonElement element, string path, out uint timestamp)
    {
        timestamp = 0;
        return fields.TryText(element, path, "timestamp", out var time, otherwise: "1970-01-01T00:00:00Z")
            && fields.TryTime(time, JsonFields.PathOf(path, "timestamp"), out timestamp);
    }

    private static bool TryPermissions(
        JsonFields fields,
        JsonElement element,
        string path,
        out ValuePermissions permissions
    )
    {
        permissions = ValuePermissions.Usual;
        if (!fields.TryText(element, path, "permissions", out var text, otherwise: "1110"))
        {
            return false;
        }
        if (text == "*")
        {
            permissions = ValuePermissions.Usual | ValuePermissions.PublicWrite;
            return true;
        }
        if (text.Length != 4 || text.AsSpan().ContainsAnyExcept('0', '1'))
        {
            return fields.Fail(
                JsonFields.PathOf(path, "permissions"),
                "Four digits 0 or 1 are expected: admin read, admin write, public read, public write; or * for all."
            );
        }
        permissions = (ValuePermissions)Convert.ToByte(text, 2);
        return true;
    }

    private static bool TryTtl(JsonFields fields, JsonElement element, string path, out byte type, out int ttl)
    {
        type = 0;
        if (JsonFields.TryField(element, "ttl", out var field) && field.ValueKind == JsonValueKind.String)
        {
            type = 1;
            var read = fields.TryTime(field.GetString()!, JsonFields.PathOf(path, "ttl"), out var seconds);
            ttl = (int)seconds;
            return read;
        }
        return fields.TryNumber(
            element,
            path,
            "ttl",
            int.MinValue,
            int.MaxValue,
            out ttl,
            otherwise: HandleValue.DefaultTtl
        );
    }
}
