using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Records;

/// <summary><c>resolve</c>: prints one record as a role sees it.</summary>
internal sealed class ResolveCommand
{
    private readonly Argument<string> _id = new("ID")
    {
        Description = "The identifier, prefix/suffix; of an item or of a template.",
    };

    private readonly Option<string> _role = new("--as")
    {
        Description = "As whom to look: admin, reader, partner, anonymous.",
        HelpName = "ROLE",
        DefaultValueFactory = _ => "admin",
    };

    public static Command Create() => new ResolveCommand().Build();

    private Command Build()
    {
        _role.AcceptOnlyFromAmong("admin", "reader", "partner", "anonymous");
        var command = new Command(
            "resolve",
            """
            Prints the record of an identifier as JSON, as a role sees it. It is not counted in the statistics.

            Example:
              idnode resolve --data ./data 88.300.15907541011/PEM-260301-00001K --as partner
            """
        )
        {
            Settings.Data,
            _id,
            _role,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Identifier.Parse(parsed.GetRequiredValue(_id)).TryGet(out var identifier, out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var caller = Caller.Anonymous with
        {
            Role = Enum.Parse<Role>(parsed.GetRequiredValue(_role), ignoreCase: true),
        };
        var end = await node.Get<IdentifierReader>().ReadStoredAsync(identifier, caller, cancellationToken);
        if (end.Template is { } template)
        {
            terminal.Out.WriteLine(IndentedJson.Of(template));
            return ExitCode.Done;
        }
        if (end.Error is { } refused)
        {
            return terminal.Refuse(refused);
        }
        terminal.Out.WriteLine(
            RecordPrinter.ToJson(RecordReader.Read(end.Record!, node.Get<CatalogHolder>().Current, caller.Projection))
        );
        return ExitCode.Done;
    }
}
