using System.Text.Json;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>The call that tells which of many items are held.</summary>
internal sealed class AffectedEndpoint(AffectedReader reader, ItemTarget targets)
{
    public Task AnswerAsync(HttpContext context) =>
        HttpResults.WithBodyAsync(
            context,
            RestJson.Default.AffectedBody,
            async (body, misread) =>
            {
                var refused = misread ?? targets.TakeAs(context);
                var found = refused is null
                    ? await reader.FindAsync(body.Items, body.Source, context.Caller(), context.RequestAborted)
                    : refused;
                await (
                    found.TryGet(out var items, out var error)
                        ? JsonAnswer.WriteAsync(context, writer => Write(writer, items))
                        : Problem.WriteAsync(context, error)
                );
            }
        );

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<AffectedItem> items)
    {
        writer.WriteStartObject();
        JsonLists.Write(writer, "items"u8, items, Write);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, AffectedItem item)
    {
        writer.WriteStartObject();
        writer.WriteString("item"u8, item.Asked);
        if (item.Identifier is { } identifier)
        {
            writer.WriteString("identifier"u8, identifier.Text);
        }
        StatusJson.WriteHolds(writer, item.Holds);
        writer.WriteEndObject();
    }
}
