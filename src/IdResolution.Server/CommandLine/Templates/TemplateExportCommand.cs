using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Templates;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Templates;

/// <summary><c>template export</c>: writes templates and what they need as a pack.</summary>
internal sealed class TemplateExportCommand
{
    private readonly Option<string[]> _codes = new("--template")
    {
        Description = "A template's code; may be repeated. Default: all.",
        HelpName = "CODE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The file to write. Default: standard output.",
        HelpName = "FILE",
    };

    public static Command Create() => new TemplateExportCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "export",
            """
            Writes templates, each in its newest version, with the categories and coding rules they need, as a JSON
            pack.

            Example:
              idnode template export --data ./data --template membrane-roll --template mea --output pack.json
            """
        )
        {
            Settings.Data,
            _codes,
            _output,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var catalog = node.Get<CatalogHolder>().Current;
        var asked = parsed.GetValue(_codes) ?? [];
        CheckKnown(asked, catalog);
        var pack = WithParents(node.Get<TemplatePacks>().Export(asked, Caller.CommandLine).Value, catalog.Categories);
        if (parsed.GetValue(_output) is not { } file)
        {
            terminal.Out.WriteLine(IndentedJson.Of(pack));
            return ExitCode.Done;
        }
        await WriteAsync(pack, file, cancellationToken);
        terminal.Explain(
            $"{pack.Templates.Count} templates are in {file}.",
            $"已将 {pack.Templates.Count} 个模板写入 {file}。"
        );
        return ExitCode.Done;
    }

    private static void CheckKnown(string[] codes, NodeCatalog catalog)
    {
        var unknown = codes.Where(c => catalog.FindLatest(c) is null).ToList();
        if (unknown.Count > 0)
        {
            throw new OperatorException(
                $"--template: there is no {string.Join(", ", unknown)}. "
                    + $"There are: {string.Join(", ", catalog.TemplateCodes)}.",
                $"--template：没有模板 {string.Join("、", unknown)}。现有模板：{string.Join("、", catalog.TemplateCodes)}。"
            );
        }
    }

    private static async Task WriteAsync(TemplatePack pack, string file, CancellationToken cancellationToken)
    {
        using var written = new PartialFile(file);
        await using (var writer = new StreamWriter(written.Stream, leaveOpen: true))
        {
            await writer.WriteLineAsync(IndentedJson.Of(pack).AsMemory(), cancellationToken);
        }
        written.Keep();
    }

    // A pack must be complete: import refuses a category whose parent is unknown.
    private static TemplatePack WithParents(TemplatePack pack, SortedDictionary<string, Category> known)
    {
        var needed = new List<Category>(pack.Categories);
        for (var i = 0; i < needed.Count; i++)
        {
            if (
                needed[i].Parent is { } parent
                && known.TryGetValue(parent, out var category)
                && !needed.Contains(category)
            )
            {
                needed.Add(category);
            }
        }
        // Parents were added behind their children, but must come first in a pack.
        var added = needed.Skip(pack.Categories.Count).Reverse();
        return pack with { Categories = [.. added, .. pack.Categories] };
    }
}
