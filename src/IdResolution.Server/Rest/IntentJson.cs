using System.Text.Json;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Rest;

/// <summary>Writes whether an item may be used as somebody wants.</summary>
internal static class IntentJson
{
    public static void Write(Utf8JsonWriter writer, IntentAnswer answer, Language language, ScanLabels? labels = null)
    {
        writer.WriteStartObject();
        writer.WriteString("identifier"u8, answer.Identifier);
        writer.WriteBoolean("allowed"u8, answer.IsAllowed);
        writer.WriteStartArray("reasons"u8);
        foreach (var reason in answer.Reasons)
        {
            writer.WriteStartObject();
            writer.WriteString("code"u8, reason.Code);
            writer.WriteString("message"u8, reason.Message.In(language));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (answer.Recorded is { } recorded)
        {
            EventJson.WriteResult(writer, recorded, language);
        }
        if (answer.Order is { } order)
        {
            writer.WritePropertyName("order"u8);
            StockJson.Write(writer, order);
        }
        if (labels is not null)
        {
            writer.WritePropertyName("labels"u8);
            Write(writer, labels, language);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ScanLabels labels, Language language)
    {
        writer.WriteStartObject();
        writer.WriteNumber("items"u8, labels.Items);
        writer.WriteString("url"u8, labels.Url);
        if (labels.Zpl is { } zpl)
        {
            writer.WriteString("zpl"u8, zpl);
        }
        if (labels.Error is { } error)
        {
            writer.WriteStartObject("error"u8);
            Problem.WriteMembers(writer, error, language);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
