using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Says which column means what. It is checked against header and template before a row is read.</summary>
internal sealed class ImportPlan
{
    private ImportPlan(Template template) => Template = template;

    public Template Template { get; }

    /// <summary>The attributes to read and the positions of their columns, in the template's order.</summary>
    public IReadOnlyList<(AttributeDefinition Attribute, int Column)> Attributes { get; private set; } = [];

    /// <summary>The position of the column, from 0; -1 if there is none.</summary>
    public int IdentifierColumn { get; private set; } = -1;

    /// <summary>The position of the column, from 0; -1 if there is none.</summary>
    public int SourceColumn { get; private set; } = -1;

    /// <summary>The position of the column, from 0; -1 if there is none.</summary>
    public int SourceKeyColumn { get; private set; } = -1;

    /// <summary>The source of rows that have none of their own.</summary>
    public string? Source { get; private set; }

    /// <summary>The names of columns that are not read.</summary>
    public IReadOnlyList<string> Unused { get; private set; } = [];

    /// <summary>
    /// Everything that the meaning of the rows depends on. An earlier run under another mapping is not continued.
    /// </summary>
    public string Mapping =>
        string.Join(
            '\n',
            Attributes
                .Select(a => $"{a.Attribute.Code}={a.Column}")
                .Append($"{Template.Code} {IdentifierColumn} {SourceColumn} {SourceKeyColumn} {Source}")
        );

    /// <summary>Makes a plan from the command line and the names of the columns.</summary>
    /// <exception cref="OperatorException">
    /// A template, column or attribute does not exist. The message lists those that do.
    /// </exception>
    public static ImportPlan Make(NodeCatalog catalog, IReadOnlyList<string> header, ImportArguments arguments)
    {
        var template = FindTemplate(catalog, arguments.Template);
        var columns = new Columns(header);
        var mapped = MapAsTold(template, columns, arguments.Map);
        MapByName(template, columns, mapped);
        CheckMapped(template, columns, mapped);
        return Make(template, columns, mapped, arguments);
    }

    private static ImportPlan Make(
        Template template,
        Columns columns,
        Dictionary<string, int> mapped,
        ImportArguments arguments
    )
    {
        var plan = new ImportPlan(template)
        {
            Attributes = [.. Active(template).Where(a => mapped.ContainsKey(a.Code)).Select(a => (a, mapped[a.Code]))],
            IdentifierColumn =
                columns.Find("--identifier-column", arguments.IdentifierColumn) ?? FindUnmapped("identifier"),
            SourceColumn = columns.Find("--source-column", arguments.SourceColumn) ?? -1,
            SourceKeyColumn = columns.Find("--source-key-column", arguments.SourceKeyColumn) ?? -1,
            Source = arguments.Source,
        };
        plan.TakeBusinessKeys(FindUnmapped);
        plan.Unused = columns.Without([
            .. mapped.Values,
            plan.IdentifierColumn,
            plan.SourceColumn,
            plan.SourceKeyColumn,
        ]);
        return plan;

        // A column with a name that export writes, unless it is mapped to an attribute.
        int FindUnmapped(string name) =>
            columns.FindExact(name) is var column and >= 0 && !mapped.ContainsValue(column) ? column : -1;
    }

    private static Template FindTemplate(NodeCatalog catalog, string code)
    {
        if (catalog.FindPublished(code) is { } template)
        {
            return template;
        }
        var published = catalog.TemplateCodes.Where(c => catalog.FindPublished(c) is not null);
        throw new OperatorException(
            $"--template: there is no published template {code}. There are: {string.Join(", ", published)}.",
            $"--template：没有已发布的模板 {code}。已发布的模板：{string.Join("、", published)}。"
        );
    }

    /// <summary>The columns that the command line names, by attribute code.</summary>
    private static Dictionary<string, int> MapAsTold(Template template, Columns columns, IReadOnlyList<string> map)
    {
        var mapped = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in map)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == text.Length - 1)
            {
                throw new OperatorException(
                    $"--map: '{text}' must be ATTRIBUTE=COLUMN.",
                    $"--map：'{text}' 应为 属性=列名。"
                );
            }
            var attribute = FindAttribute(template, text[..at]);
            if (!mapped.TryAdd(attribute.Code, columns.Get("--map", text[(at + 1)..])))
            {
                throw new OperatorException(
                    $"--map: {attribute.Code} is mapped twice.",
                    $"--map：{attribute.Code} 重复给出。"
                );
            }
        }
        return mapped;
    }

    /// <summary>Adds the columns that are called like an attribute: by its code, else by its Chinese name.</summary>
    private static void MapByName(Template template, Columns columns, Dictionary<string, int> mapped)
    {
        foreach (var attribute in Active(template).Where(a => !mapped.ContainsKey(a.Code)))
        {
            // Export writes this longer name if the attribute has the name of one of its own columns.
            var column = columns.FindLike("attributes." + attribute.Code);
            if (column < 0)
            {
                column = columns.FindLike(attribute.Code);
            }
            if (column >= 0)
            {
                mapped.Add(attribute.Code, column);
            }
        }
        // English names could be those of export's own columns, such as Source.
        foreach (var attribute in Active(template).Where(a => !mapped.ContainsKey(a.Code)))
        {
            if (
                attribute.Names?.Zh is { } name
                && columns.FindChinese(name) is var column and >= 0
                && !mapped.ContainsValue(column)
            )
            {
                mapped.Add(attribute.Code, column);
            }
        }
    }

    private static void CheckMapped(Template template, Columns columns, Dictionary<string, int> mapped)
    {
        if (mapped.Count == 0)
        {
            throw new OperatorException(
                $"No column is named like an attribute of {template.Code}: use --map ATTRIBUTE=COLUMN. "
                    + $"{Attributed(template).En} {columns.List.En}",
                $"没有列名与模板 {template.Code} 的属性相同，请用 --map 属性=列名。{Attributed(template).Zh}{columns.List.Zh}"
            );
        }
        var missing = Active(template)
            .Where(a => a.Required && !mapped.ContainsKey(a.Code))
            .Select(a => a.Code)
            .ToList();
        if (missing.Count > 0)
        {
            throw new OperatorException(
                $"No column is mapped to {string.Join(", ", missing)}, which every {template.Code} must have. "
                    + columns.List.En,
                $"模板 {template.Code} 的必填属性没有对应的列：{string.Join("、", missing)}。{columns.List.Zh}"
            );
        }
    }

    private void TakeBusinessKeys(Func<string, int> free)
    {
        if (
            Source is null
            && SourceColumn < 0
            && SourceKeyColumn < 0
            && free("source") is var source and >= 0
            && free("sourceKey") is var key and >= 0
        )
        {
            (SourceColumn, SourceKeyColumn) = (source, key);
        }
        if (SourceKeyColumn >= 0 && Source is null && SourceColumn < 0)
        {
            throw new OperatorException(
                "--source-key-column needs --source or --source-column: keys are unique in their source.",
                "--source-key-column 须同时给出 --source 或 --source-column：业务主键在其来源内唯一。"
            );
        }
        if (SourceKeyColumn < 0 && IdentifierColumn < 0 && (Source is not null || SourceColumn >= 0))
        {
            throw new OperatorException(
                "--source needs --source-key-column: without the items' keys, rows are known by their number in "
                    + "this file.",
                "--source 须同时给出 --source-key-column：没有业务主键时，各行以其在文件中的行号识别。"
            );
        }
    }

    private static IEnumerable<AttributeDefinition> Active(Template template) =>
        template.Attributes.Where(a => a.State == AttributeState.Active);

    private static AttributeDefinition FindAttribute(Template template, string code) =>
        Active(template).FirstOrDefault(a => a.Code.Equals(code, StringComparison.OrdinalIgnoreCase))
        ?? throw new OperatorException(
            $"--map: {template.Code} has no attribute {code}. {Attributed(template).En} "
                + "For identifiers and business keys: --identifier-column, --source-column, --source-key-column.",
            $"--map：模板 {template.Code} 没有属性 {code}。{Attributed(template).Zh}标识和业务主键不用 --map，而用 "
                + "--identifier-column、--source-column、--source-key-column。"
        );

    private static Text Attributed(Template template) =>
        new(
            $"Attributes of {template.Code}: {string.Join(", ", Active(template).Select(a => a.Code))}.",
            $"模板 {template.Code} 的属性：{string.Join("、", Active(template).Select(a => a.Code))}。"
        );

    private sealed class Columns(IReadOnlyList<string> header)
    {
        public int FindExact(string name)
        {
            for (var i = 0; i < header.Count; i++)
            {
                if (header[i] == name)
                {
                    return i;
                }
            }
            return -1;
        }

        public int FindLike(string name)
        {
            var like = Enumerable
                .Range(0, header.Count)
                .Where(i => header[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                .ToList();
            return like.Count switch
            {
                0 => -1,
                1 => like[0],
                _ => throw new OperatorException(
                    $"The column {name} is there {like.Count} times.",
                    $"列 {name} 出现 {like.Count} 次。"
                ),
            };
        }

        /// <summary>The position of the one column called so in Chinese; -1 for none, and for several.</summary>
        public int FindChinese(string name)
        {
            var folded = ChineseHeading.Fold(name);
            var like = Enumerable.Range(0, header.Count).Where(i => ChineseHeading.Fold(header[i]) == folded).ToList();
            return like is [var one] ? one : -1;
        }

        /// <summary>The position of the column that an option names; null if the option is not given.</summary>
        public int? Find(string option, string? name) => name is null ? null : Get(option, name);

        public int Get(string option, string name)
        {
            if (header.Count(c => c == name) == 1)
            {
                return FindExact(name);
            }
            return FindLike(name.Trim()) is var column and >= 0
                ? column
                : throw new OperatorException(
                    $"{option}: there is no column {name}. {List.En}",
                    $"{option}：没有列 {name}。{List.Zh}"
                );
        }

        public List<string> Without(int[] used) => [.. header.Where((_, i) => !used.Contains(i))];

        public Text List => new($"Columns of the file: {Joined(", ")}.", $"文件的列：{Joined("、")}。");

        private string Joined(string between) => string.Join(between, header.Select(TerminalText.OneLine));
    }
}
