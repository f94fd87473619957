using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.UpstreamLink;

/// <summary>An answer of the secondary node.</summary>
/// <param name="Status">Its status number (<see cref="SnmsStatus"/>).</param>
/// <param name="Message">Its message.</param>
/// <param name="Data">What it holds; undefined where it says nothing.</param>
internal sealed record SnmsEnvelope(int Status, string Message, JsonElement Data)
{
    /// <summary>
    /// A text of an answer, as it may be logged, kept and shown: cut, and without control characters. Empty where it is
    /// absent or no text.
    /// </summary>
    public static string Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
            ? AuditText.Of(text.GetString(), DeadLetter.MaxReason)
            : "";

    /// <summary>Number and message, for people.</summary>
    public string Told => $"{Status} {Message}";

    public bool IsSuccess => Status == SnmsStatus.Success;

    /// <summary>Reads an answer; null if the text is none.</summary>
    public static SnmsEnvelope? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (
                json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("status", out var status)
                || !status.TryGetInt32(out var number)
            )
            {
                return null;
            }
            var isSuccess = number == SnmsStatus.Success;
            var data = isSuccess && json.RootElement.TryGetProperty("data", out var held) ? held.Clone() : default;
            return new SnmsEnvelope(number, Text(json.RootElement, "message"), data);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
