using System.CommandLine;
using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>partner list</c>: lists the partners.</summary>
internal sealed class PartnerListCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "As JSON, for programs." };

    public static Command Create() => new PartnerListCommand().Build();

    private Command Build() =>
        new Command(
            "list",
            """
            Lists the partners by code.

            Example:
              idnode partner list --data ./data
            """
        )
        {
            Settings.Data,
            _json,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        PartnerBody[] all = [.. node.Get<CatalogHolder>().Current.Partners.Values.Select(PartnerBody.Of)];
        var text = parsed.GetValue(_json)
            ? IndentedJson.Write(writer => JsonSerializer.Serialize(writer, all, RestJson.Default.PartnerBodyArray))
            : ToTable(all);
        await terminal.Out.WriteLineAsync(text.AsMemory(), cancellationToken);
        return ExitCode.Done;
    }

    private static string ToTable(PartnerBody[] all)
    {
        var table = new TextTable("CODE", "GROUPS", "COMPANY", "NAME");
        foreach (var partner in all)
        {
            table.Add(
                partner.Code,
                string.Join(", ", partner.Groups ?? []),
                partner.Company ?? "",
                partner.Names?.En ?? partner.Names?.Zh ?? ""
            );
        }
        return table.ToString();
    }
}
