using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Records;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.BusinessKeys;

/// <summary><c>business-key add</c> and <c>business-key remove</c>: print the record afterwards.</summary>
internal sealed class BusinessKeyChangeCommand(bool adds)
{
    private readonly Argument<string> _id = new("ID") { Description = "The identifier, prefix/suffix." };

    private readonly Option<string> _source = new("--source")
    {
        Description = "The system that knows the item, such as wms.",
        HelpName = "S",
        Required = true,
    };

    private readonly Option<string> _key = new("--key")
    {
        Description = "The item's key in that system.",
        HelpName = "KEY",
        Required = true,
    };

    public static Command CreateAdd() =>
        new BusinessKeyChangeCommand(adds: true).Build(
            "add",
            """
            Adds a business key to an item. A key that the item has already changes nothing.

            Example:
              idnode business-key add 88.300.15907541011/MEA-0001 --data ./data --source wms --key LOT-7
            """
        );

    public static Command CreateRemove() =>
        new BusinessKeyChangeCommand(adds: false).Build(
            "remove",
            """
            Takes a business key from an item. Another item may have it then.

            Example:
              idnode business-key remove 88.300.15907541011/MEA-0001 --data ./data --source wms --key LOT-7
            """
        );

    private Command Build(string name, string description) =>
        new Command(name, description) { _id, Settings.Data, _source, _key }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Identifier.Parse(parsed.GetRequiredValue(_id)).TryGet(out var identifier, out var error))
        {
            return terminal.Refuse(error);
        }
        var (source, key) = (parsed.GetRequiredValue(_source), parsed.GetRequiredValue(_key));
        using var node = await Settings.OpenNodeAsync(parsed);
        var editor = node.Get<BusinessKeyEditor>();
        var changed = adds
            ? await editor.AddAsync(identifier, source, key, Caller.CommandLine, cancellationToken)
            : await editor.RemoveAsync(identifier, source, key, Caller.CommandLine, cancellationToken);
        if (!changed.TryGet(out var done, out error))
        {
            return terminal.Refuse(error);
        }
        Show(terminal, done, node.Get<CatalogHolder>().Current);
        return ExitCode.Done;
    }

    private static void Show(Terminal terminal, Registered done, NodeCatalog catalog)
    {
        if (done.Outcome == WriteOutcome.Same)
        {
            terminal.Explain("The item has this key already; nothing is changed.", "该标识已有此业务主键，未作修改。");
        }
        terminal.Out.WriteLine(RecordPrinter.ToJson(RecordReader.Read(done.Record, catalog, Projection.Admin)));
    }
}
