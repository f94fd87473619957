using System.CommandLine;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>partner show</c>: shows a partner with its keys and grants.</summary>
internal sealed class PartnerShowCommand
{
    private readonly Argument<string> _code = new("CODE") { Description = "The partner's code." };

    public static Command Create() => new PartnerShowCommand().Build();

    private Command Build() =>
        new Command(
            "show",
            """
            Shows a partner as JSON, with the ids of its keys that are valid and the grants that it has, by itself or by
            its groups, those that are over too.

            Example:
              idnode partner show haidong --data ./data
            """
        )
        {
            Settings.Data,
            _code,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var code = parsed.GetRequiredValue(_code);
        using var node = await Settings.OpenNodeAsync(parsed);
        var reader = node.Get<PartnerReader>();
        if (!reader.Partner(code, Caller.CommandLine).TryGet(out var partner, out var error))
        {
            return terminal.Refuse(error);
        }
        var grants = reader.Grants(code, null, int.MaxValue, Caller.CommandLine).Value;
        var text = IndentedJson.Write(writer => Write(writer, partner, grants, node));
        await terminal.Out.WriteLineAsync(text.AsMemory(), cancellationToken);
        return ExitCode.Done;
    }

    private static void Write(Utf8JsonWriter writer, Partner partner, Grant[] grants, NodeContainer node)
    {
        var now = node.Get<TimeProvider>().GetUtcNow();
        writer.WriteStartObject();
        writer.WritePropertyName("partner");
        JsonSerializer.Serialize(writer, PartnerBody.Of(partner), RestJson.Default.PartnerBody);
        writer.WriteStartArray("keys");
        foreach (var key in node.Get<CatalogHolder>().Current.Keys)
        {
            if (key.Partner == partner.Code && key.IsValid(now))
            {
                writer.WriteStringValue(key.Id);
            }
        }
        writer.WriteEndArray();
        writer.WritePropertyName("grants");
        GrantAnswer[] shown = [.. grants.Select(grant => GrantAnswer.Of(grant, now))];
        JsonSerializer.Serialize(writer, shown, RestJson.Default.GrantAnswerArray);
        writer.WriteEndObject();
    }
}
