using System.Text.Json;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Json;

/// <summary>Data of HS_ADMIN as JSON: <c>{"handle": …, "index": …, "permissions": "111111111111"}</c>.</summary>
internal static class AdminJson
{
    public static void Write(Utf8JsonWriter json, AdminRecord record)
    {
        json.WriteStartObject();
        json.WriteString("handle", record.Administrator.Handle);
        json.WriteNumber("index", record.Administrator.Index);
        json.WriteString("permissions", record.PermissionText);
        if (record.HasSurplusBytes)
        {
            json.WriteBoolean("legacyByteLength", true);
        }
        json.WriteEndObject();
    }

    public static AdminRecord? Read(JsonFields fields, JsonElement element, string path)
    {
        if (
            ReferenceJson.Read(fields, element, path) is not { } administrator
            || !fields.TryText(element, path, "permissions", out var text, otherwise: "0")
            || !fields.TryBool(element, path, "legacyByteLength", out var surplus)
        )
        {
            return null;
        }
        if (!AdminRecord.TryParsePermissions(text, out var permissions))
        {
            fields.Fail(JsonFields.PathOf(path, "permissions"), "12 digits 0 or 1 are expected, or * for all.");
            return null;
        }
        return new AdminRecord(permissions, administrator) { HasSurplusBytes = surplus };
    }
}
