using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.CommandLine.BusinessKeys;

/// <summary><c>business-key sources</c>: lists the sources of business keys, or makes one.</summary>
internal sealed class BusinessKeySourcesCommand
{
    private readonly Option<string> _add = new("--add")
    {
        Description = "Make a source of this code before its first key.",
        HelpName = "S",
    };

    private readonly Option<string> _prefix = new("--prefix")
    {
        Description = "With --add: the homed prefix whose items have its keys. Default: all of the node.",
        HelpName = "P",
    };

    private readonly Option<bool> _caseSensitive = new("--case-sensitive")
    {
        Description = "With --add: keys that differ in case are different keys.",
    };

    public static Command Create() => new BusinessKeySourcesCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "sources",
            """
            Lists the sources of business keys. A source that a registration names first is made then, for the prefix of
            the identifier and not case-sensitive; --add makes one beforehand. What its keys mean does not change later.

            Example:
              idnode business-key sources --data ./data --add plm --case-sensitive
            """
        )
        {
            Settings.Data,
            _add,
            _prefix,
            _caseSensitive,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        if (parsed.GetValue(_add) is { } code)
        {
            var source = new Source
            {
                Code = code,
                Prefix = parsed.GetValue(_prefix),
                CaseSensitive = parsed.GetValue(_caseSensitive),
            };
            var saved = await node.Get<SourceEditor>().SaveAsync(source, Caller.CommandLine, cancellationToken);
            if (!saved.IsOk)
            {
                return terminal.Refuse(saved.Error);
            }
        }
        terminal.Out.WriteLine(ToTable(node));
        return ExitCode.Done;
    }

    private static string ToTable(NodeContainer node)
    {
        var table = new TextTable("SOURCE", "PREFIX", "CASE-SENSITIVE", "NAME");
        foreach (var source in node.Get<CatalogHolder>().Current.Sources)
        {
            table.Add(
                source.Code,
                source.Prefix ?? "",
                source.CaseSensitive ? "yes" : "no",
                source.Names?.En ?? source.Names?.Zh ?? ""
            );
        }
        return table.ToString();
    }
}
