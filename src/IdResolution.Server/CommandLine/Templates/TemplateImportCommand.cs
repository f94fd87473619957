using System.CommandLine;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Templates;

/// <summary>
/// <c>template import</c>: takes over a pack, or one template, from a file, or the pack that is part of the node.
/// </summary>
internal sealed class TemplateImportCommand
{
    private readonly Argument<string> _file = new("FILE.json")
    {
        Description =
            "A pack as idnode template export writes it, or a single template as GET /api/v1/templates/CODE "
            + "answers it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _pack = new("--pack")
    {
        Description =
            "Instead of a file: the pack that is part of idnode. What is missing is added, and templates that a "
            + "former pack made become new versions; those changed by hand stay, and are named.",
    };

    private readonly Option<string[]> _merge = new("--merge")
    {
        Description =
            "With --pack: a template that was changed by hand and gets the attributes and rules that it lacks, beside "
            + "all it has; may be repeated.",
        HelpName = "CODE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Write nothing: check the pack, and say what would change.",
    };

    public static Command Create() => new TemplateImportCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "import",
            """
            Takes over templates, categories and coding rules, all or nothing, and publishes the templates. What is the
            same already stays; a template that differs becomes a new version, and records keep the version they were
            made with. Attributes that more people see than before are named: see --dry-run before you take a pack of
            somebody else.

            --pack brings a store to the templates that this version of idnode has, as a start does where nobody
            changed them by hand. Indexes of attributes stay, and records resolve as before.

            Examples:
              idnode template import --data ./data pack.json
              idnode template import --data ./data --pack --dry-run
              idnode template import --data ./data --pack --merge stack
            """
        )
        {
            Settings.Data,
            _file,
            _pack,
            _merge,
            _dryRun,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_file);
        var merged = parsed.GetValue(_merge) ?? [];
        if (parsed.GetValue(_pack) == (file is not null) || (merged.Length > 0 && file is not null))
        {
            throw new OperatorException(
                "Give FILE.json or --pack, not both; --merge goes with --pack.",
                "FILE.json 与 --pack 须给出其一，且不能同时给出；--merge 与 --pack 一起使用。"
            );
        }
        var pack = file is null ? null : Read(file, File.ReadAllBytes(file));
        using var node = await Settings.OpenNodeAsync(parsed);
        var isDryRun = parsed.GetValue(_dryRun);
        var imported = await ImportAsync(node.Get<TemplatePacks>(), pack, merged, isDryRun, cancellationToken);
        if (!imported.TryGet(out var done, out var error))
        {
            return terminal.Refuse(error);
        }
        terminal.Say(Outcome(done.Count, isDryRun));
        Explain(terminal, done);
        return ExitCode.Done;
    }

    private static void Explain(Terminal terminal, ImportedPack done)
    {
        if (done.Widened.Count > 0)
        {
            var all = Text.Join(", ", "、", done.Widened.Select(Shown));
            terminal.Explain($"More people than before see: {all.En}.", $"可见范围扩大的属性：{all.Zh}。");
        }
        if (done.Left.Count > 0)
        {
            var all = Text.Join(", ", "、", done.Left.Select(Text.Foreign));
            terminal.Explain(
                $"Changed by hand, lacking something of the pack, and left as they are: {all.En}. To add what one "
                    + "lacks, and keep the rest of it: --pack --merge CODE.",
                $"经人工修改、缺少模板包的部分内容、保持原样的模板：{all.Zh}。为其补充所缺内容并保留其余部分：--pack --merge CODE。"
            );
        }
    }

    private static async Task<Result<ImportedPack>> ImportAsync(
        TemplatePacks packs,
        TemplatePack? pack,
        string[] merged,
        bool isDryRun,
        CancellationToken cancellationToken
    )
    {
        if (pack is null)
        {
            var own = FuelCellPack.Whole();
            return isDryRun
                ? packs.PreviewRenewal(own, merged, Caller.CommandLine)
                : await packs.RenewAsync(own, merged, Caller.CommandLine, cancellationToken);
        }
        return isDryRun
            ? packs.Preview(pack, Caller.CommandLine)
            : await packs.ImportAsync(pack, Caller.CommandLine, cancellationToken);
    }

    private static Text Outcome(int count, bool isDryRun) =>
        (count, isDryRun) switch
        {
            (0, _) => new("Everything in it is here already; nothing to do.", "其中内容均已存在，无须操作。"),
            (_, true) => new(
                $"nothing written: {count} templates, categories and coding rules would be new or changed.",
                $"未写入：将新增或更改模板、数据分类和编码规则共 {count} 个。"
            ),
            (_, false) => new(
                $"{count} templates, categories and coding rules are new or changed; the templates are published.",
                $"新增或更改模板、数据分类和编码规则共 {count} 个；模板已发布。"
            ),
        };

    private static Text Shown(WidenedAttribute widened)
    {
        var name = $"{widened.Template}.{widened.Attribute}";
        var after = Name(widened.After);
        return widened.Before is { } before
            ? new($"{name} ({Name(before)}, now {after})", $"{name}（{Name(before)} 改为 {after}）")
            : new($"{name} (disabled, now {after})", $"{name}（原已停用，现为 {after}）");

        static string Name(Visibility visibility) => visibility.ToString().ToLowerInvariant();
    }

    /// <summary>Reads the content of a file: a pack, or one template.</summary>
    /// <exception cref="OperatorException">It is neither.</exception>
    internal static TemplatePack Read(string file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (bytes.StartsWith("\uFEFF"u8))
            {
                bytes = bytes[3..];
            }
            using var json = JsonDocument.Parse(bytes.ToArray());
            // Only a template has the property 'code'; a pack has lists.
            var pack =
                json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("code", out _)
                    ? new TemplatePack
                    {
                        Templates = [JsonSerializer.Deserialize(bytes, CatalogJson.Default.Template)!],
                    }
                    : JsonSerializer.Deserialize(bytes, CatalogJson.Default.TemplatePack)!;
            pack = Whole(pack);
            return
                HasNull(pack.Categories)
                || HasNull(pack.CodingRules)
                || HasNull(pack.Templates)
                || pack.Templates.Any(t => HasNull(t.Attributes))
                ? throw new OperatorException(
                    $"{file}: an item of a list in it is null.",
                    $"{file}：列表中有一项为 null。"
                )
                : pack;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is for half of a surrogate pair, escaped, in a name.
            throw new OperatorException(
                $"{file} is not a template pack: {e.Message}",
                $"{file} 不是模板包：{e.Message}"
            );
        }
    }

    // Generated JSON readers leave null if a list is not in the file.
    private static TemplatePack Whole(TemplatePack pack) =>
        pack with
        {
            Categories = pack.Categories ?? [],
            CodingRules = pack.CodingRules ?? [],
            Templates =
            [
                .. (pack.Templates ?? []).Select(t => t is null ? t! : t with { Attributes = t.Attributes ?? [] }),
            ],
        };

    private static bool HasNull<T>(IReadOnlyList<T> list) => list.Any(item => item is null);
}
