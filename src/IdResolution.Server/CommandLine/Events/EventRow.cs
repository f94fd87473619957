using System.Text.Json;
using System.Text.Json.Nodes;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>A row of a file: an event or a link, or why it is neither.</summary>
/// <param name="Number">Its number from 1; a header is not counted.</param>
/// <param name="Cells">What is in the file: the cells, or the line.</param>
internal sealed record EventRow(long Number, string[] Cells)
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    // What "events list" adds to an event: how it stands in its store.
    private static readonly string[] s_added = ["event", "status", "sequence", "recordedAt", "actor"];

    /// <summary>True for an event that was corrected where it was listed, and counts no more.</summary>
    public bool IsVoided { get; private init; }

    /// <summary>The link; null for an event.</summary>
    public LinkRequest? Link { get; private init; }

    /// <summary>The event, where it is no link; or what is wrong with the row.</summary>
    public Result<EventRequest> Event { get; init; } = new EventRequest();

    /// <summary>Reads a row from JSON, as REST takes it. An object with <c>from</c> is a link.</summary>
    public static EventRow Read(long number, string[] cells, ReadOnlyMemory<byte> json)
    {
        var row = new EventRow(number, cells);
        try
        {
            using var document = JsonDocument.Parse(json, s_options);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("from", out _)
                ? row with
                {
                    Link = EventBody.Link(root),
                }
                : ReadEvent(row, root);
        }
        catch (JsonException)
        {
            return row with { Event = Error.Of(ErrorCode.Malformed, "The line is not JSON.", "该行不是 JSON。") };
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped.
            return row with
            {
                Event = Error.Of(
                    ErrorCode.Malformed,
                    "The line holds text that is not valid Unicode.",
                    "该行含有无效的 Unicode 文本。"
                ),
            };
        }
    }

    /// <summary>Reads an event, as it is sent or as it was listed.</summary>
    private static EventRow ReadEvent(EventRow row, JsonElement root)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !Array.TrueForAll(s_added, name => root.TryGetProperty(name, out _))
        )
        {
            return row with { Event = EventBody.Event(root) };
        }
        var given = JsonObject.Create(root)!;
        foreach (var name in s_added)
        {
            given.Remove(name);
        }
        return row with
        {
            IsVoided = root.GetProperty("status").ValueEquals("voided"u8),
            Event = EventBody.Event(JsonSerializer.SerializeToElement(given)),
        };
    }
}
