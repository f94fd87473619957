using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Writes records as JSON in the form of the REST API.</summary>
internal static class RecordJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Gives the record as UTF-8 JSON.</summary>
    public static byte[] Render(
        Record record,
        Registered? registered = null,
        RegisteredItem? with = null,
        Language language = Language.English
    )
    {
        var (writer, buffer) = Begin();
        Write(writer, record, registered, with, language);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Gives a record of another node as UTF-8 JSON. It leaves out members that only that node knows, such as the
    /// version.
    /// </summary>
    public static byte[] Render(ForeignRecord record)
    {
        var (writer, buffer) = Begin();
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, record.Identifier);
        writer.WriteNull("template"u8);
        writer.WriteNull("templateVersion"u8);
        writer.WriteString("status"u8, "active"u8);
        writer.WriteBoolean("foreign"u8, true);
        writer.WriteStartObject("attributes"u8);
        writer.WriteEndObject();
        WriteValues(writer, record.Values);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(
        Utf8JsonWriter writer,
        Record record,
        Registered? registered = null,
        RegisteredItem? with = null,
        Language language = Language.English
    )
    {
        writer.WriteStartObject();
        WriteMembers(writer, record);
        JsonTime.Write(writer, "createdAt"u8, record.CreatedAt);
        JsonTime.Write(writer, "updatedAt"u8, record.UpdatedAt);
        if (registered is not null)
        {
            WriteSaid(writer, registered, language);
        }
        if (with is not null)
        {
            EventJson.WriteWith(writer, with, language);
        }
        writer.WriteEndObject();
    }

    /// <summary>Writes the members that each version of a record has, into an object that is already open.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, Record record)
    {
        writer.WriteString("identifier"u8, record.Identifier);
        WriteTemplate(writer, record.Template);
        writer.WriteNumber("version"u8, record.Version);
        writer.WriteString("status"u8, record.Status == RecordStatus.Active ? "active"u8 : "revoked"u8);
        if (record.Source is not null)
        {
            writer.WriteString("source"u8, record.Source);
        }
        if (record.SourceKey is not null)
        {
            writer.WriteString("sourceKey"u8, record.SourceKey);
        }
        if (record.Keys.Count > 1)
        {
            WriteFurtherKeys(writer, record.Keys);
        }
        AttributeJson.Write(writer, record.Attributes);
        WriteValues(writer, record.Values);
    }

    /// <summary>
    /// True if the bytes are readable text: UTF-8 without control characters other than line ends and tabs.
    /// </summary>
    public static bool IsText(ReadOnlySpan<byte> data)
    {
        if (!Utf8.IsValid(data))
        {
            return false;
        }
        foreach (var b in data)
        {
            if (b is < 0x20 and not ((byte)'\n' or (byte)'\r' or (byte)'\t') or 0x7F)
            {
                return false;
            }
        }
        return true;
    }

    private static (Utf8JsonWriter Writer, ArrayBufferWriter<byte> Buffer) Begin()
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(2048);
        var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        return (writer, buffer);
    }

    private static void WriteTemplate(Utf8JsonWriter writer, Template? template)
    {
        if (template is not null)
        {
            writer.WriteString("template"u8, template.Code);
            writer.WriteNumber("templateVersion"u8, template.Version);
        }
        else
        {
            writer.WriteNull("template"u8);
            writer.WriteNull("templateVersion"u8);
        }
    }

    /// <summary>
    /// Writes what a registration under a further key said otherwise than the record, and whether the identifier that
    /// it gave looks mistyped.
    /// </summary>
    public static void WriteSaid(Utf8JsonWriter writer, Registered registered, Language language)
    {
        if (registered.Differs.Count > 0)
        {
            writer.WriteStartArray("differs"u8);
            foreach (var member in registered.Differs)
            {
                writer.WriteStringValue(member);
            }
            writer.WriteEndArray();
        }
        if (registered.Mistyped is { } mistyped)
        {
            EventJson.WriteFindings(writer, [new EventFinding(EventFinding.Mistyped, mistyped)], language);
        }
    }

    private static void WriteFurtherKeys(Utf8JsonWriter writer, IReadOnlyList<BusinessKey> keys)
    {
        writer.WriteStartArray("furtherKeys"u8);
        for (var i = 1; i < keys.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("source"u8, keys[i].Source);
            writer.WriteString("sourceKey"u8, keys[i].SourceKey);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteValues(Utf8JsonWriter writer, IReadOnlyList<RawValue> values)
    {
        writer.WriteStartArray("values"u8);
        for (var i = 0; i < values.Count; i++)
        {
            WriteValue(writer, values[i]);
        }
        writer.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter writer, RawValue value)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, value.Index);
        writer.WriteString("type"u8, value.Type);
        WriteData(writer, value.Data);
        if (value.ExpiresAt is { } expires)
        {
            JsonTime.Write(writer, "expires"u8, expires);
        }
        else
        {
            writer.WriteNumber("ttl"u8, value.Ttl);
        }
        writer.WriteString("permissions"u8, PermissionDigits.Format(value.Permissions));
        if (value.References.Count > 0)
        {
            WriteReferences(writer, value.References);
        }
        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, byte[] data)
    {
        writer.WriteStartObject("data"u8);
        if (IsText(data))
        {
            writer.WriteString("format"u8, "string"u8);
            writer.WriteString("value"u8, data);
        }
        else
        {
            writer.WriteString("format"u8, "base64"u8);
            writer.WriteBase64String("value"u8, data);
        }
        writer.WriteEndObject();
    }

    private static void WriteReferences(Utf8JsonWriter writer, IReadOnlyList<Reference> references)
    {
        writer.WriteStartArray("references"u8);
        foreach (var reference in references)
        {
            writer.WriteStartObject();
            writer.WriteString("handle"u8, reference.Handle);
            writer.WriteNumber("index"u8, reference.Index);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
