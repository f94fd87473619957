using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>stock</c>: lists what is where, as <c>GET /api/v1/stock</c>.</summary>
internal sealed class StockCommand
{
    private readonly Option<string> _place = new("--place")
    {
        Description = "What is at this place: an identifier or a text.",
        HelpName = "PLACE",
    };

    private readonly Option<string> _within = new("--within")
    {
        Description = "What is at this place and at all places within it.",
        HelpName = "PLACE",
    };

    private readonly Option<string> _lot = new("--lot")
    {
        Description = "A lot, and the items whose attribute lot, batch or supplierLot names it.",
        HelpName = "LOT",
    };

    private readonly Option<string> _item = new("--item")
    {
        Description = "Where this item or lot is.",
        HelpName = "ID",
    };

    private readonly Option<string> _template = new("--template")
    {
        Description = "Items of this template.",
        HelpName = "T",
    };

    private readonly Option<string> _after = new("--after")
    {
        Description = "Goes on where a list before ended: its next.",
        HelpName = "CURSOR",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = $"The greatest number of lines, at most {StockReader.MaxPage}.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    private readonly Option<bool> _json = new("--json") { Description = "The answer of GET /api/v1/stock, as JSON." };

    public static Command Create() => new StockCommand().Build();

    private Command Build() =>
        new Command(
            "stock",
            """
            Lists what is where now, by place and then by item: the answer of GET /api/v1/stock. What is on a pallet is
            where the pallet is. A node may serve meanwhile. Where a page is full, standard error says how to go on.

            Examples:
              idnode stock --data ./data --place "Hall 1"
              idnode stock --data ./data --item 88.300.15907541011/ROLL-7 --json
            """
        )
        {
            Settings.Data,
            _place,
            _within,
            _item,
            _lot,
            _template,
            _after,
            _limit,
            _json,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var filter = new StockFilter
        {
            Place = parsed.GetValue(_place),
            Within = parsed.GetValue(_within),
            Item = parsed.GetValue(_item),
            Lot = parsed.GetValue(_lot),
            Template = parsed.GetValue(_template),
            After = parsed.GetValue(_after),
            Limit = parsed.GetValue(_limit),
        };
        using var node = await Settings.OpenNodeAsync(parsed);
        var listed = await node.Get<StockReader>().ListAsync(filter, Caller.CommandLine, cancellationToken);
        if (!listed.TryGet(out var page, out var error))
        {
            return terminal.Refuse(ErrorFields.Called(error, static field => "--" + field));
        }
        terminal.Out.WriteLine(
            parsed.GetValue(_json) ? IndentedJson.Write(writer => StockJson.Write(writer, page)) : Table(page)
        );
        if (page.Behind > 0)
        {
            terminal.Explain(
                $"The stock does not have the latest {page.Behind:N0} entries of the log yet.",
                $"库存尚未计入日志的最近 {page.Behind} 条记录。"
            );
        }
        if (page.Next is { } next)
        {
            terminal.Explain($"There may be more: go on with --after {next}", $"可能还有更多。继续：--after {next}");
        }
        return ExitCode.Done;
    }

    private static string Table(StockPage page)
    {
        var table = new TextTable("place", "item", "template", "in", "quantity", "unit");
        foreach (var line in page.Lines)
        {
            table.Add(
                line.Place,
                line.Identifier,
                line.Template ?? "",
                line.In ?? "",
                line.Quantity ?? "",
                line.Unit ?? ""
            );
        }
        return table.ToString();
    }
}
