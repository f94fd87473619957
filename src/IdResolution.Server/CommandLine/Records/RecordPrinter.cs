using System.Globalization;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Records;

/// <summary>Writes a record as JSON.</summary>
internal static class RecordPrinter
{
    public static string ToJson(Record record, bool indented = true) =>
        IndentedJson.Write(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("identifier", record.Identifier);
                if (record.Template is { } template)
                {
                    writer.WriteString("template", template.Code);
                    writer.WriteNumber("templateVersion", template.Version);
                }
                writer.WriteNumber("version", record.Version);
                writer.WriteString("status", record.Status == RecordStatus.Active ? "active" : "revoked");
                if (record.Source is not null)
                {
                    writer.WriteString("source", record.Source);
                }
                if (record.SourceKey is not null)
                {
                    writer.WriteString("sourceKey", record.SourceKey);
                }
                if (record.Keys.Count > 1)
                {
                    writer.WriteStartArray("furtherKeys");
                    foreach (var (source, key) in record.Keys.Skip(1))
                    {
                        writer.WriteStartObject();
                        writer.WriteString("source", source);
                        writer.WriteString("sourceKey", key);
                        writer.WriteEndObject();
                    }
                    writer.WriteEndArray();
                }
                writer.WriteStartObject("attributes");
                foreach (var (attribute, canonical) in record.Attributes)
                {
                    writer.WritePropertyName(attribute.Code);
                    if (attribute.Repeated || ValueCodec.IsBare(attribute.Type))
                    {
                        writer.WriteRawValue(canonical);
                    }
                    else
                    {
                        writer.WriteStringValue(canonical);
                    }
                }
                writer.WriteEndObject();
                writer.WriteStartArray("values");
                foreach (var value in record.Values)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("index", value.Index);
                    writer.WriteString("type", value.Type);
                    writer.WriteBase64String("data", value.Data);
                    if (value.ExpiresAt is { } expires)
                    {
                        writer.WriteString("expires", expires.UtcDateTime);
                    }
                    else
                    {
                        writer.WriteNumber("ttl", value.Ttl);
                    }
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteString("createdAt", Time(record.CreatedAt));
                writer.WriteString("updatedAt", Time(record.UpdatedAt));
                writer.WriteEndObject();
            },
            indented
        );

    /// <summary>A time in the form that records show: UTC with microseconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
