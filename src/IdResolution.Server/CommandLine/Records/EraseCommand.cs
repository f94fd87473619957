using System.CommandLine;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Records;

/// <summary><c>erase</c>: removes values from every version of a record.</summary>
internal sealed class EraseCommand
{
    private const int Page = 1_000;

    private readonly Argument<string?> _id = new("ID")
    {
        Description = "The identifier, prefix/suffix; a revoked one too. Not with --event.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _event = new("--event")
    {
        Description = "The id of an event to erase from, in place of an identifier.",
        HelpName = "EVENT",
    };

    private readonly Option<string[]> _members = new("--member")
    {
        Description =
            "With --event: a member to erase, such as reason, or an element of a list, as persons[0]; may be "
            + "repeated.",
        HelpName = "MEMBER",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _attributes = new("--attribute")
    {
        Description = "The code of an attribute to erase; may be repeated.",
        HelpName = "CODE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int[]> _values = new("--value")
    {
        Description = "The index of a raw Handle value to erase; may be repeated.",
        HelpName = "INDEX",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _sources = new("--key-of")
    {
        Description = "The source of business keys to erase, such as mes; may be repeated.",
        HelpName = "SOURCE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _all = new("--all")
    {
        Description = "Erase all attributes, raw values and business keys the record ever had.",
    };

    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask." };

    public static Command Create() => new EraseCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "erase",
            """
            Erases values from every version and index of a record, for good; the log keeps its order and its hashes.
            The identifier stays, and an item sent again by an erased key is still recognised. The act is in the audit
            log. Backups made before still hold the values.

            Example:
              idnode erase --data ./data 88.300.15907541011/EMP-000001T --attribute name --attribute jobNumber
              idnode erase --data ./data --event 00000000-0044-86c3-9be9-e0e45adf45ec --member persons[0]
            """
        )
        {
            _id,
            Settings.Data,
            _event,
            _members,
            _attributes,
            _values,
            _sources,
            _all,
            _yes,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_event) is { } eventId)
        {
            return await EraseEventAsync(parsed, eventId, terminal, cancellationToken);
        }
        if (!Identifier.Parse(parsed.GetValue(_id)).TryGet(out var identifier, out var error))
        {
            return terminal.Refuse(error);
        }
        var asked = CodesAskedFor(parsed);
        using var node = await Settings.OpenNodeAsync(parsed);
        var (record, _) = await node.Get<NodeStore>().Records.FindAsync(identifier.Key, cancellationToken);
        if (record is null)
        {
            // It says what may be meant.
            var absent = await node.Get<IdentifierReader>()
                .ReadStoredAsync(identifier, Caller.CommandLine, cancellationToken);
            return terminal.Refuse(absent.Error!);
        }
        var codes = await ChooseAsync(node, record, asked, identifier, cancellationToken);
        if (codes.Length == 0)
        {
            terminal.Say($"{identifier} has no values; nothing to do.", $"{identifier} 没有可擦除的值，无须操作。");
            return ExitCode.Done;
        }
        return MayErase(parsed, terminal, identifier.Text, Names(codes))
            ? await EraseAsync(node, identifier, codes, terminal, cancellationToken)
            : ExitCode.Refused;
    }

    private async Task<int> EraseEventAsync(
        ParseResult parsed,
        string eventId,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var members = parsed.GetValue(_members) ?? [];
        if (members.Length == 0)
        {
            throw new OperatorException(
                "Say what to erase: --member NAME, or --member NAME[INDEX].",
                "请指明要擦除的内容：--member 名称，或 --member 名称[序号]。"
            );
        }
        var names = string.Join(", ", members);
        if (!MayErase(parsed, terminal, eventId, new Text(names, names)))
        {
            return ExitCode.Refused;
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var erased = await node.Get<EventEraser>().EraseAsync(eventId, members, Caller.CommandLine, cancellationToken);
        if (!erased.TryGet(out var version, out var error))
        {
            return terminal.Refuse(error);
        }
        terminal.Say(
            $"Erased from all versions of the event: {names}. It is at version {version}.",
            $"已从该事件的所有版本中擦除：{names}。事件当前为版本 {version}。"
        );
        terminal.Say("Backups made before still hold it.", "更早的备份中仍有这些值。");
        return ExitCode.Done;
    }

    private static async Task<int> EraseAsync(
        NodeContainer node,
        Identifier identifier,
        string[] codes,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var erased = await node.Get<RecordEraser>()
            .EraseAsync(identifier, codes, Caller.CommandLine, cancellationToken);
        if (!erased.TryGet(out var result, out var error))
        {
            return terminal.Refuse(error);
        }
        var names = Names(codes);
        terminal.Say(
            $"Erased from all versions of {identifier}: {names.En}. The record is at version "
                + $"{result.Record.Version}.",
            $"已从 {identifier} 的所有版本中擦除：{names.Zh}。记录当前为版本 {result.Record.Version}。"
        );
        terminal.Say("Backups made before still hold it.", "更早的备份中仍有这些值。");
        return ExitCode.Done;
    }

    /// <summary>The state codes that the command line names; empty for <c>--all</c>.</summary>
    private string[] CodesAskedFor(ParseResult parsed)
    {
        string[] asked =
        [
            .. (parsed.GetValue(_attributes) ?? []).Select(code => StateCodes.AttributePrefix + code),
            .. (parsed.GetValue(_values) ?? []).Select(index => StateCodes.ValuePrefix + index),
            .. (parsed.GetValue(_sources) ?? []).Select(source => StateCodes.KeyPrefix + source),
        ];
        return asked.Length == 0 == parsed.GetValue(_all)
            ? asked
            : throw new OperatorException(
                "Say what to erase: --attribute CODE, --value INDEX, --key-of SOURCE, or --all alone.",
                "请指明要擦除的内容：--attribute 代码、--value 索引、--key-of 来源，或单独使用 --all。"
            );
    }

    /// <summary>The state codes to erase: those asked for, or all that the record ever had.</summary>
    /// <exception cref="OperatorException">
    /// The record never had an attribute or value asked for, and its template has no such attribute.
    /// </exception>
    private static async Task<string[]> ChooseAsync(
        NodeContainer node,
        StoredRecord record,
        string[] asked,
        Identifier identifier,
        CancellationToken cancellationToken
    )
    {
        var known = await KnownAsync(node, record, cancellationToken);
        if (asked.Length == 0)
        {
            return [.. known];
        }
        var possible = TemplatesOf(record, node.Get<CatalogHolder>().Current);
        var unknown = asked.Where(code => !known.Contains(code) && !IsOf(possible, code)).ToList();
        if (unknown.Count > 0)
        {
            var (no, has) = (Names(unknown), Names(known));
            throw new OperatorException(
                $"{identifier} has no {no.En}. It has: {has.En}.",
                $"{identifier} 没有{no.Zh}。现有：{has.Zh}。"
            );
        }
        return asked;
    }

    private static IReadOnlyList<Template> TemplatesOf(StoredRecord record, NodeCatalog catalog) =>
        RecordReader.TemplateOf(record, catalog) is { } template ? catalog.TemplateVersions(template.Code) : [];

    private bool MayErase(ParseResult parsed, Terminal terminal, string from, Text names)
    {
        if (parsed.GetValue(_yes) || Confirm(terminal, from, names))
        {
            return true;
        }
        terminal.Explain("Nothing was erased.", "未擦除任何内容。");
        return false;
    }

    private static bool Confirm(Terminal terminal, string from, Text names) =>
        terminal.CanAsk
            ? terminal.Confirm(
                $"Erase {names.En} from all versions of {from}? This cannot be undone.",
                $"从 {from} 的所有版本中擦除{names.Zh}？擦除后不可恢复。"
            )
            : throw new OperatorException(
                $"Erasing cannot be undone, and nobody is there to be asked: add --yes to erase {names.En} of {from}.",
                $"擦除后不可恢复，当前又无法询问：如确认擦除 {from} 的{names.Zh}，请加 --yes。"
            );

    /// <summary>The state codes of attributes and values that some version still has.</summary>
    private static async Task<SortedSet<string>> KnownAsync(
        NodeContainer node,
        StoredRecord record,
        CancellationToken cancellationToken
    )
    {
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        for (var before = 0L; before != 1; )
        {
            var versions = await node.Get<NodeStore>()
                .Records.HistoryAsync(record.Object, before, Page, cancellationToken);
            foreach (var version in versions)
            {
                AddCodes(version.State, codes);
            }
            before = versions.IsFull ? versions[^1].Body.Version : 1;
        }
        return codes;
    }

    private static void AddCodes(byte[] state, SortedSet<string> codes)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code[0] is (byte)'a' or (byte)'v' or (byte)'k')
            {
                codes.Add(Encoding.UTF8.GetString(reader.Code));
            }
        }
    }

    private static bool IsOf(IReadOnlyList<Template> versions, string code) =>
        code.StartsWith(StateCodes.AttributePrefix, StringComparison.Ordinal)
        && versions.Any(t => t.Find(code[2..]) is not null);

    private static Text Names(IEnumerable<string> codes) => Text.Join(", ", "、", codes.Select(Name));

    private static Text Name(string code) =>
        code[..2] switch
        {
            StateCodes.ValuePrefix => new($"value {code[2..]}", $"原始值 {code[2..]}"),
            StateCodes.KeyPrefix => new($"keys of {code[2..]}", $"来源 {code[2..]} 的业务主键"),
            _ => new($"attribute {code[2..]}", $"属性 {code[2..]}"),
        };
}
