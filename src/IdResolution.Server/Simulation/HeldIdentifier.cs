using System.Text.Json;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>An identifier that a simulated secondary node holds.</summary>
/// <param name="Handle">The identifier.</param>
/// <param name="Template">Its template as it was when the identifier was written.</param>
/// <param name="Values">The values by index, ascending.</param>
internal sealed record HeldIdentifier(string Handle, SnmsTemplate Template, IReadOnlyList<SnmsValue> Values)
{
    private const int TemplateIdIndex = 1000;
    private const int TemplateIndex = 1001;

    public string Prefix => Template.Prefix!;

    /// <summary>The value at an index; null if there is none.</summary>
    public string? this[int index] => Values.FirstOrDefault(v => v.Index == index)?.Data?.Value;

    /// <summary>What is shown to those who control the simulator.</summary>
    public SnmsIdentifier Shown() =>
        new()
        {
            Handle = Handle,
            TemplateVersion = Template.Version,
            Value = Values,
        };

    /// <summary>Writes what <c>detail</c> answers, with the template at the reserved indexes.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("code"u8, "200"u8);
        json.WriteString("prefix"u8, Prefix);
        json.WriteString("handle"u8, Handle);
        json.WriteString("templateVersion"u8, Template.Version);
        json.WriteStartArray("value"u8);
        Write(json, TemplateIdIndex, "TEMPLATE_ID", Template.Handle);
        Write(json, TemplateIndex, "TEMPLATE", Template.Version);
        foreach (var value in Values)
        {
            Write(json, value.Index!.Value, value.Type, value.Data!.Value);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, int index, string? type, string? text)
    {
        json.WriteStartObject();
        json.WriteString("auth"u8, "1"u8);
        json.WriteNumber("index"u8, index);
        json.WriteString("type"u8, type);
        json.WriteStartObject("data"u8);
        json.WriteString("format"u8, "string"u8);
        json.WriteString("value"u8, text);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
