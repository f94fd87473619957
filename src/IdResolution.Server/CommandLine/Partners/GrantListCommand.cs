using System.CommandLine;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Events;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>grant list</c>: lists the grants.</summary>
internal sealed class GrantListCommand
{
    private readonly Option<string> _partner = new("--partner")
    {
        Description = "Only those that this partner has, by itself or by its groups.",
        HelpName = "CODE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "As JSON, for programs." };

    public static Command Create() => new GrantListCommand().Build();

    private Command Build() =>
        new Command(
            "list",
            """
            Lists the grants in the order in which they were made, those that are over too.

            Example:
              idnode grant list --data ./data --json | jq -r '.[] | select(.state == "in-force") | .id'
            """
        )
        {
            Settings.Data,
            _partner,
            _json,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var read = node.Get<PartnerReader>().Grants(parsed.GetValue(_partner), null, int.MaxValue, Caller.CommandLine);
        if (!read.TryGet(out var grants, out var error))
        {
            return terminal.Refuse(error);
        }
        var now = node.Get<TimeProvider>().GetUtcNow();
        GrantAnswer[] all = [.. grants.Select(grant => GrantAnswer.Of(grant, now))];
        var text = parsed.GetValue(_json)
            ? IndentedJson.Write(writer => JsonSerializer.Serialize(writer, all, RestJson.Default.GrantAnswerArray))
            : ToTable(all);
        await terminal.Out.WriteLineAsync(text.AsMemory(), cancellationToken);
        return ExitCode.Done;
    }

    private static string ToTable(GrantAnswer[] all)
    {
        var table = new TextTable("ID", "STATE", "TO", "TEMPLATES", "UNTIL", "PURPOSE");
        foreach (var grant in all)
        {
            table.Add(
                grant.Id,
                JsonNamingPolicy.KebabCaseLower.ConvertName(grant.State.ToString()),
                grant.Partner ?? "group " + grant.Group,
                grant.Templates is { } templates ? string.Join(", ", templates) : "all",
                grant.Until is { } until ? TimeOption.Text(Micros.Of(until)) : "",
                grant.Purpose
            );
        }
        return table.ToString();
    }
}
