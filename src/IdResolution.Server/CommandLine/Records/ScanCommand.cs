using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Core.Traceability;
using IdResolution.Core.Views;
using IdResolution.Server.CommandLine.Events;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Records;

/// <summary>
/// <c>scan</c>: prints the record of what a scanner read; with <c>--do</c>, whether the item may be used so.
/// </summary>
internal sealed class ScanCommand
{
    private readonly Argument<string?> _text = new("TEXT")
    {
        Description = "What a scanner read: a URL, an identifier, a GS1 element string.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly ItemOptions _item = new("TEXT", "--item-source", "--item-key", "--item-prefix");

    private readonly Option<string> _do = new("--do")
    {
        Description = "Asks whether the item may be used so: use, move, ship, install.",
        HelpName = "WHAT",
    };

    private readonly Option<string> _into = new("--into")
    {
        Description = "What it is used for or put into; needed to install.",
        HelpName = "ID",
    };

    private readonly Option<string> _step = new("--step")
    {
        Description = "The step of the process.",
        HelpName = "STEP",
    };

    private readonly Option<string> _place = new("--place")
    {
        Description = "Where; needed to move.",
        HelpName = "PLACE",
    };

    private readonly Option<string> _order = new("--order")
    {
        Description = "The order or logistics order.",
        HelpName = "ORDER",
    };

    private readonly Option<string> _orderSource = new("--order-source")
    {
        Description = "In place of --order: the system that knows it, with --order-key.",
        HelpName = "SOURCE",
    };

    private readonly Option<string> _orderKey = new("--order-key")
    {
        Description = "The key of the order in that system.",
        HelpName = "KEY",
    };

    private readonly Option<string> _equipmentSource = new("--equipment-source")
    {
        Description = "The system that knows a machine that does it, with --equipment-key.",
        HelpName = "SOURCE",
    };

    private readonly Option<string[]> _equipmentKey = new("--equipment-key")
    {
        Description = "The key of a machine in that system; may be given again.",
        HelpName = "KEY",
    };

    private readonly Option<string> _bom = new("--bom")
    {
        Description = "The bill of materials whose lines it must fit; else those of the order.",
        HelpName = "ID",
    };

    private readonly Option<string[]> _equipment = new("--equipment")
    {
        Description = "A machine that does it; may be given again.",
        HelpName = "ID",
    };

    private readonly Option<string[]> _tool = new("--tool")
    {
        Description = "A tool that is used; may be given again.",
        HelpName = "ID",
    };

    private readonly Option<string> _quantity = new("--quantity")
    {
        Description = "How much of a lot, a number.",
        HelpName = "N",
    };

    private readonly Option<string> _unit = new("--unit")
    {
        Description = "The unit of the quantity, such as MTR.",
        HelpName = "UNIT",
    };

    private readonly Option<string> _position = new("--position")
    {
        Description = "Where in the parent.",
        HelpName = "POSITION",
    };

    private readonly Option<bool> _record = new("--record")
    {
        Description = "Records the event where nothing is against it. Needs --source and --source-key, or --time.",
    };

    private readonly Option<string> _source = new("--source")
    {
        Description = "With --record: the system that sends the event.",
        HelpName = "SOURCE",
    };

    private readonly Option<string> _sourceKey = new("--source-key")
    {
        Description = "With --record: the event's key there. The same key again is the same event.",
        HelpName = "KEY",
    };

    private readonly Option<string> _time = new("--time")
    {
        Description = "With --record: when it happened. Default: now.",
        HelpName = "TIME",
    };

    private readonly Option<bool> _labels = new("--labels")
    {
        Description = "With --record and an order: prints the labels of the order too, as zpl.",
    };

    private readonly Option<string> _publicUrl = new("--public-url")
    {
        Description = "With --labels: the base of the URLs in the codes. Default: the setting PublicUrl.",
        HelpName = "URL",
    };

    public static Command Create() => new ScanCommand().Build();

    private Command Build()
    {
        _do.AcceptOnlyFromAmong("use", "move", "ship", "install");
        var command = new Command(
            "scan",
            """
            Prints the record of what a scanner read, as JSON. With --do it says instead whether the item may be used
            so, with every reason against it: exit code 0 where it may, 1 where not.

            Examples:
              idnode scan --data ./data https://id.example.com/88.300.15907541011/STACK-1
              idnode scan --data ./data 88.300.15907541011/ROLL-7 --do use --into 88.300.15907541011/MEA-1
              idnode scan --find membrane-roll:result=hold --do use
              idnode scan 88.300.15907541011/ROLL-7 --do move --place B2 --record --source wms --source-key 7
              idnode scan 88.300.15907541011/STACK-1 --do ship --order-source erp --order-key SO-1
            """
        )
        {
            Settings.Data,
            _text,
            _do,
            _into,
            _step,
            _place,
            _order,
            _orderSource,
            _orderKey,
            _bom,
            _equipment,
            _equipmentSource,
            _equipmentKey,
            _tool,
            _quantity,
            _unit,
            _position,
            _record,
            _source,
            _sourceKey,
            _time,
            _labels,
            _publicUrl,
        };
        _item.AddTo(command);
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (Unused(parsed) is { } unused)
        {
            return terminal.Refuse(unused);
        }
        using var node = await Settings.OpenNodeAsync(parsed, given: [new("PublicUrl", parsed.GetValue(_publicUrl))]);
        if (parsed.GetValue(_labels) && LabelCommand.Fault(node) is { } fault)
        {
            return terminal.Refuse(fault);
        }
        if (!(await FindAsync(parsed, node, cancellationToken)).TryGet(out var identifier, out var error))
        {
            return terminal.Refuse(ErrorFields.Called(error, static field => field == "text" ? "TEXT" : field));
        }
        return parsed.GetValue(_do) is null
            ? await PrintAsync(node, identifier, terminal, cancellationToken)
            : await JudgeAsync(node, identifier, parsed, terminal, cancellationToken);
    }

    private async ValueTask<Result<Identifier>> FindAsync(
        ParseResult parsed,
        NodeContainer node,
        CancellationToken cancellationToken
    )
    {
        if (!_item.IsGiven(parsed))
        {
            var scanner = node.Get<Scanner>();
            return await scanner.FindAsync(parsed.GetValue(_text), Caller.CommandLine, cancellationToken);
        }
        var found = await _item.FindAsync(parsed, node, parsed.GetValue(_text), cancellationToken);
        return found.TryGet(out var name, out var error) ? name.Identifier! : error;
    }

    private static async Task<int> PrintAsync(
        NodeContainer node,
        Identifier identifier,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var end = await node.Get<IdentifierReader>().ReadStoredAsync(identifier, Caller.CommandLine, cancellationToken);
        if (end.Error is { } refused)
        {
            return terminal.Refuse(refused);
        }
        terminal.Out.WriteLine(
            end.Template is { } template
                ? IndentedJson.Of(template)
                : RecordPrinter.ToJson(
                    RecordReader.Read(end.Record!, node.Get<CatalogHolder>().Current, Caller.CommandLine.Projection)
                )
        );
        return ExitCode.Done;
    }

    private async Task<int> JudgeAsync(
        NodeContainer node,
        Identifier identifier,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var judged = await node.Get<IntentJudge>()
            .JudgeAsync(identifier, Intent(parsed), Caller.CommandLine, cancellationToken);
        if (!judged.TryGet(out var answer, out var error))
        {
            return terminal.Refuse(ErrorFields.Called(error, OptionOf));
        }
        var labels = parsed.GetValue(_labels)
            ? await LabelCommand
                .LabelsOf(node)
                .OfScanAsync(answer, Caller.CommandLine, terminal.Language, cancellationToken)
            : null;
        terminal.Out.WriteLine(
            IndentedJson.Write(writer => IntentJson.Write(writer, answer, terminal.Language, labels))
        );
        return answer.IsAllowed ? ExitCode.Done : ExitCode.Refused;
    }

    private ScanIntent Intent(ParseResult parsed) =>
        new()
        {
            Do = parsed.GetValue(_do),
            Into = ThingOf(parsed.GetValue(_into)),
            Step = ThingOf(parsed.GetValue(_step)),
            Place = ThingOf(parsed.GetValue(_place)),
            Order = ThingOf(parsed.GetValue(_order), parsed.GetValue(_orderSource), parsed.GetValue(_orderKey)),
            Bom = ThingOf(parsed.GetValue(_bom)),
            Equipment = EquipmentOf(parsed),
            Tools = ThingsOf(parsed.GetValue(_tool)),
            Quantity = parsed.GetValue(_quantity),
            Unit = parsed.GetValue(_unit),
            Position = parsed.GetValue(_position),
            Record = parsed.GetValue(_record)
                ? new IntentEvent
                {
                    Source = parsed.GetValue(_source),
                    SourceKey = parsed.GetValue(_sourceKey),
                    Time = parsed.GetValue(_time),
                }
                : null,
        };

    private static ThingRequest[] ThingsOf(string[]? texts) =>
        Array.ConvertAll(texts ?? [], static text => new ThingRequest { Text = text });

    private ThingRequest[] EquipmentOf(ParseResult parsed)
    {
        var source = parsed.GetValue(_equipmentSource);
        string?[] keys = parsed.GetValue(_equipmentKey) ?? [];
        // A source alone is told of as such.
        keys = keys.Length == 0 && source is not null ? [null] : keys;
        return [.. ThingsOf(parsed.GetValue(_equipment)), .. keys.Select(key => ThingOf(null, source, key)!)];
    }

    private static ThingRequest? ThingOf(string? text, string? source = null, string? key = null) =>
        text is null && source is null && key is null
            ? null
            : new ThingRequest
            {
                Text = text,
                Source = source,
                SourceKey = key,
            };

    /// <summary>The error for options that would do nothing; null where there are none.</summary>
    private Error? Unused(ParseResult parsed)
    {
        var faults = new Faults();
        if (parsed.GetValue(_do) is null)
        {
            AddGiven([_into, _step, _place, _order, _orderSource, _orderKey, _equipmentSource], _do);
            AddGiven([_bom, _quantity, _unit, _position], _do);
            foreach (var option in new[] { _equipment, _equipmentKey, _tool })
            {
                AddUnused(faults, option, parsed.GetValue(option) is { Length: > 0 }, _do);
            }
            AddUnused(faults, _record, parsed.GetValue(_record), _do);
        }
        if (!parsed.GetValue(_record))
        {
            AddGiven([_source, _sourceKey, _time], _record);
            AddUnused(faults, _labels, parsed.GetValue(_labels), _record);
        }
        if (parsed.GetValue(_order) is null && parsed.GetValue(_orderKey) is null)
        {
            AddUnused(faults, _labels, parsed.GetValue(_labels), _order);
        }
        if (!parsed.GetValue(_labels))
        {
            AddGiven([_publicUrl], _labels);
        }
        return faults.TryCombine(out var error) ? error : null;

        void AddGiven(Option<string>[] options, Option needed)
        {
            foreach (var option in options)
            {
                AddUnused(faults, option, parsed.GetValue(option) is not null, needed);
            }
        }
    }

    private static void AddUnused(Faults faults, Option option, bool isGiven, Option needed)
    {
        if (isGiven)
        {
            faults.Add(option.Name, $"needs {needed.Name}", $"须与 {needed.Name} 同用");
        }
    }

    /// <summary>The option that gives a field of an intent.</summary>
    private static string OptionOf(string field)
    {
        if (!field.StartsWith("intent.", StringComparison.Ordinal))
        {
            return field;
        }
        var name = field["intent.".Length..].Split('[')[0];
        return name == "tools" ? "--tool" : "--" + name;
    }
}
