using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Reads bodies into types, for calls that are not on a hot path. The serializer stops at the first fault and speaks of
/// .NET types. This looks at the body before it, names all faults at once, and leaves out members that are null.
/// </summary>
internal static class TypedBody
{
    /// <summary>Reads a body. Errors name members that are missing, unknown or not of the type they take.</summary>
    public static Result<T> Read<T>(JsonElement json, JsonTypeInfo<T> type)
        where T : class
    {
        var read = Read(json, type, out var misread);
        return misread is null ? read : misread;
    }

    /// <summary>Reads what can be read of a body, so that all that is wrong with it can be told at once.</summary>
    /// <param name="json">The body.</param>
    /// <param name="type">What it is read into.</param>
    /// <param name="misread">The members that could not be read; null for none. Others stand in their place.</param>
    public static T Read<T>(JsonElement json, JsonTypeInfo<T> type, out Error? misread)
        where T : class
    {
        var faults = new Faults();
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Copy(json, type, "", new Copying(writer, faults));
        }
        faults.TryCombine(out misread);
        return JsonSerializer.Deserialize(buffer.WrittenSpan, type)!;
    }

    private static void Copy(JsonElement json, JsonTypeInfo type, string path, Copying to)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary when json.ValueKind != JsonValueKind.Object:
                to.Refuse(path, type, new("must be an object", "应为对象"));
                break;
            case JsonTypeInfoKind.Object:
                CopyObject(json, type, path, to);
                break;
            case JsonTypeInfoKind.Enumerable when json.ValueKind == JsonValueKind.Array:
                CopyList(json, type.Options.GetTypeInfo(type.ElementType!), path, to);
                break;
            case JsonTypeInfoKind.Enumerable:
                to.Refuse(path, type, new("must be a list", "应为列表"));
                break;
            // Other dictionaries hold attributes, of any form.
            case JsonTypeInfoKind.Dictionary
                when type.Options.GetTypeInfo(type.ElementType!) is { Kind: JsonTypeInfoKind.Object } element:
                CopyDictionary(json, element, path, to);
                break;
            case JsonTypeInfoKind.None when !IsOf(json, type):
                to.Refuse(path, type, Expected(type));
                break;
            default:
                json.WriteTo(to.Writer);
                break;
        }
    }

    private static void CopyObject(JsonElement json, JsonTypeInfo type, string path, Copying to)
    {
        var members = type.Properties.Where(IsTaken).ToDictionary(member => member.Name);
        var missing = members.Values.Where(member => member.IsRequired).Select(member => member.Name).ToHashSet();
        to.Writer.WriteStartObject();
        foreach (var given in json.EnumerateObject())
        {
            var at = new JsonPath(path, given.Name).ToString();
            if (!members.TryGetValue(given.Name, out var member))
            {
                to.Faults.Add(BodyReader.Unknown(at, members.Keys));
            }
            else if (given.Value.ValueKind != JsonValueKind.Null)
            {
                missing.Remove(given.Name);
                to.Writer.WritePropertyName(given.Name);
                CopyMember(given.Value, member, at, to);
            }
        }
        foreach (var name in missing)
        {
            to.Faults.Add(BodyReader.Shape(new JsonPath(path, name).ToString(), "is needed", "为必填项"));
            WriteAny(members[name], to.Writer);
        }
        to.Writer.WriteEndObject();
    }

    /// <summary>Writes something in place of what is missing or refused, so that the rest can be looked at.</summary>
    private static void WriteAny(JsonPropertyInfo member, Utf8JsonWriter writer)
    {
        writer.WritePropertyName(member.Name);
        WriteAny(member.Options.GetTypeInfo(member.PropertyType), writer);
    }

    private static void WriteAny(JsonTypeInfo type, Utf8JsonWriter writer)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                writer.WriteStartObject();
                foreach (var member in type.Properties.Where(member => member.IsRequired))
                {
                    WriteAny(member, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonTypeInfoKind.Enumerable:
                writer.WriteStartArray();
                writer.WriteEndArray();
                break;
            case JsonTypeInfoKind.Dictionary:
                writer.WriteStartObject();
                writer.WriteEndObject();
                break;
            default:
                WriteAnyValue(type, writer);
                break;
        }
    }

    private static void WriteAnyValue(JsonTypeInfo type, Utf8JsonWriter writer)
    {
        switch (Type.GetTypeCode(type.Type))
        {
            case TypeCode.String:
                writer.WriteStringValue("");
                break;
            case var _ when type.Type.IsEnum:
                writer.WriteStringValue(WordsOf(type.Type, type.Options).First());
                break;
            case TypeCode.Boolean:
                writer.WriteBooleanValue(false);
                break;
            case TypeCode.Int32 or TypeCode.Int64:
                writer.WriteNumberValue(0);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void CopyDictionary(JsonElement json, JsonTypeInfo type, string path, Copying to)
    {
        to.Writer.WriteStartObject();
        foreach (var given in json.EnumerateObject().Where(given => given.Value.ValueKind != JsonValueKind.Null))
        {
            to.Writer.WritePropertyName(given.Name);
            Copy(given.Value, type, new JsonPath(path, given.Name).ToString(), to);
        }
        to.Writer.WriteEndObject();
    }

    private static void CopyMember(JsonElement json, JsonPropertyInfo member, string path, Copying to)
    {
        if (member.CustomConverter is null)
        {
            Copy(json, member.Options.GetTypeInfo(member.PropertyType), path, to);
        }
        else if (json.ValueKind is JsonValueKind.Number or JsonValueKind.String)
        {
            json.WriteTo(to.Writer);
        }
        else
        {
            // The only members with a converter of their own are bounds.
            to.Faults.Add(BodyReader.Shape(path, "must be a number or text", "应为数字或文本"));
            to.Writer.WriteNullValue();
        }
    }

    private static void CopyList(JsonElement json, JsonTypeInfo type, string path, Copying to)
    {
        var i = 0;
        to.Writer.WriteStartArray();
        foreach (var item in json.EnumerateArray())
        {
            Copy(item, type, $"{path}[{i++}]", to);
        }
        to.Writer.WriteEndArray();
    }

    private static bool IsTaken(JsonPropertyInfo member) =>
        member.Set is not null || member.AssociatedParameter is not null;

    private static bool IsOf(JsonElement json, JsonTypeInfo type)
    {
        try
        {
            return json.ValueKind != JsonValueKind.Null && json.Deserialize(type) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Text Expected(JsonTypeInfo type)
    {
        var of = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (of.IsEnum)
        {
            var words = WordsOf(of, type.Options);
            return new Text($"must be one of {string.Join(", ", words)}", $"应为以下之一：{string.Join("、", words)}");
        }
        return Type.GetTypeCode(of) switch
        {
            TypeCode.Boolean => new("must be true or false", "应为 true 或 false"),
            TypeCode.Int32 => Whole(int.MinValue, int.MaxValue),
            TypeCode.Int64 => Whole(long.MinValue, long.MaxValue),
            TypeCode.String => new("must be text", "应为文本"),
            // A time is the only other type that bodies hold.
            _ => new("must be a time such as 2026-03-01T08:00:00Z", "应为时间，例如 2026-03-01T08:00:00Z"),
        };
    }

    private static Text Whole(long least, long greatest) =>
        new($"must be a whole number, {least} to {greatest}", $"应为 {least} 至 {greatest} 的整数");

    /// <summary>The words of an enum in JSON. No body names the role of callers without a key.</summary>
    public static IEnumerable<string> WordsOf(Type type, JsonSerializerOptions options) =>
        from value in Enum.GetValues(type).Cast<object>()
        where value is not Role.Anonymous
        select JsonSerializer.SerializeToElement(value, options.GetTypeInfo(type)).GetString();

    private readonly record struct Copying(Utf8JsonWriter Writer, Faults Faults)
    {
        public void Refuse(string path, JsonTypeInfo type, Text fault)
        {
            Faults.Add(BodyReader.Shape(path, fault.En, fault.Zh));
            WriteAny(type, Writer);
        }
    }
}
