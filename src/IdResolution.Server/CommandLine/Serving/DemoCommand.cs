using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Demo;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Serving;

/// <summary><c>demo</c>: fills a node with a made-up plant.</summary>
internal sealed class DemoCommand
{
    private const int Seed = 20260801;
    private const int BatchSize = 1_000;
    private const int EventsAtOnce = 200;

    private readonly Option<int> _stacks = new("--stacks")
    {
        Description = "How many stacks the plant made, 1 to 10000; some hundred items each.",
        HelpName = "N",
        DefaultValueFactory = _ => 40,
    };

    private readonly Option<bool> _noEvents = new("--no-events")
    {
        Description = "Registers the items alone, without the events that say what happened to them.",
    };

    public static Command Create() => new DemoCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "demo",
            """
            Fills a node with a made-up fuel-cell plant: materials, batches, MEA, stacks, systems, vehicles and their
            papers, with the events that say what was made from what. Companies and people are fictitious. A few items
            are updated and one is revoked, so that there is history to see. Running it again adds nothing. Two times
            are printed, before and after parts were replaced in service: the tour asks at both.

            Example:
              idnode init --data ./demo --prefix 88.300.15907541011 && idnode demo --data ./demo
            """
        )
        {
            Settings.Data,
            _stacks,
            _noEvents,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var count = CountOf(parsed);
        using var node = await Settings.OpenNodeAsync(parsed);
        var keys = new DemoKeys(node);
        var (items, events) = Plant(node, count);
        var progress = new WorkProgress();
        var (registered, there, error) = await progress.ShowAsync(
            terminal,
            new("demo", "演示数据"),
            new("items", "个"),
            () => RegisterAsync(node, items, keys, progress, cancellationToken)
        );
        var recorded = 0;
        if (error is null)
        {
            (recorded, error) = await RecordAsync(
                node,
                parsed.GetValue(_noEvents) ? [] : events,
                keys,
                cancellationToken
            );
            await ChangeSomeAsync(node, items, keys, cancellationToken);
        }
        await node.NoteAsync("demo", "", registered);
        await node.Get<GatheredCounts>().FlushAsync(last: true, CancellationToken.None);
        terminal.Say(
            $"registered {registered}, there before {there}; events recorded {recorded}",
            $"新注册 {registered}，原有 {there}；新记录事件 {recorded}"
        );
        if (error is not null)
        {
            return terminal.Refuse(error);
        }
        foreach (var (name, time) in PlantEvents.TimesOfService(events))
        {
            terminal.Out.WriteLine($"{name}={time}");
        }
        return ExitCode.Done;
    }

    private int CountOf(ParseResult parsed)
    {
        var count = parsed.GetValue(_stacks);
        return count is >= 1 and <= 10_000
            ? count
            : throw new OperatorException(
                $"--stacks: {count} must be 1 to 10000.",
                $"--stacks：{count} 应为 1 至 10000。"
            );
    }

    private static (List<DemoItem> Items, List<EventRequest> Events) Plant(NodeContainer node, int stacks)
    {
        var clock = node.Get<PlantClock>();
        var firstDay = FirstDay(node);
        var lastDay = clock.DayOf(Micros.Of(firstDay));
        var items = new PlantGenerator(Seed, lastDay).Generate(stacks).ToList();
        return (items, [.. new PlantEvents(new(clock.ZoneName, lastDay, firstDay)).Of(items)]);
    }

    /// <summary>The node's first day. With today instead, the same command would make another plant tomorrow.</summary>
    private static DateTimeOffset FirstDay(NodeContainer node)
    {
        var keys = node.Get<CatalogHolder>().Current.Keys;
        return keys.Count > 0 ? keys[0].CreatedAt : node.Get<TimeProvider>().GetUtcNow();
    }

    private static async Task<(int Registered, int There, Error? Error)> RegisterAsync(
        NodeContainer node,
        List<DemoItem> items,
        DemoKeys keys,
        WorkProgress progress,
        CancellationToken cancellationToken
    )
    {
        var (registered, there) = (0, 0);
        foreach (var batch in PlantBatches.Of(items, BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var requests = await RequestsAsync(batch, keys, cancellationToken);
            var results = await node.Get<Registrar>()
                .RegisterAsync(requests, Caller.CommandLine, CancellationToken.None);
            foreach (var result in results)
            {
                switch (result.Error?.Code)
                {
                    case null when result.Value.Outcome == WriteOutcome.Created:
                        registered++;
                        break;
                    // It was revoked by an earlier run (see below), or made by a run with another number of stacks.
                    case null or ErrorCode.Revoked or ErrorCode.KeyConflict:
                        there++;
                        break;
                    default:
                        return (registered, there, result.Error);
                }
            }
            progress.Report(registered + there, (double)(registered + there) / items.Count);
        }
        return (registered, there, null);
    }

    private static async Task<(int Recorded, Error? Error)> RecordAsync(
        NodeContainer node,
        IEnumerable<EventRequest> events,
        DemoKeys keys,
        CancellationToken cancellationToken
    )
    {
        var recorded = 0;
        foreach (var batch in events.Chunk(EventsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = await WithInstrumentsAsync(batch[i], keys, cancellationToken);
            }
            var results = await node.Get<EventRecorder>()
                .RecordAsync(batch, Caller.CommandLine, CancellationToken.None);
            foreach (var result in results)
            {
                // What a run with another number of stacks recorded otherwise stays.
                if (result.Error is { Code: not ErrorCode.KeyConflict } error)
                {
                    return (recorded, error);
                }
                recorded += result is { IsOk: true, Value.Outcome: EventOutcome.Created } ? 1 : 0;
            }
        }
        return (recorded, null);
    }

    /// <summary>An event names instruments by identifiers: they have no keys there.</summary>
    private static async ValueTask<EventRequest> WithInstrumentsAsync(
        EventRequest happened,
        DemoKeys keys,
        CancellationToken cancellationToken
    )
    {
        var measurements = happened.Measurements.ToArray();
        for (var i = 0; i < measurements.Length; i++)
        {
            if (measurements[i].Instrument is { } key)
            {
                var found = await keys.FindAsync(new("mes", key), cancellationToken);
                measurements[i] = measurements[i] with { Instrument = found?.Text };
            }
        }
        return happened with { Measurements = measurements };
    }

    /// <summary>
    /// Changes some items, as in a real plant: a membrane roll is blocked, pieces are measured again, one is scrapped.
    /// </summary>
    private static async Task ChangeSomeAsync(
        NodeContainer node,
        List<DemoItem> items,
        DemoKeys keys,
        CancellationToken cancellationToken
    )
    {
        var pieces = items.Where(i => i.Template == "mea").ToList();
        await BlockRollAsync(node, items, keys, cancellationToken);
        await RaiseFirmwareAsync(node, items, keys, cancellationToken);
        await MeasureAgainAsync(node, pieces, keys, cancellationToken);
        foreach (var piece in pieces.Where(i => i.Attributes["result"] is "fail").Take(1))
        {
            if (await keys.FindAsync(new(piece.Source, piece.SourceKey), cancellationToken) is { } identifier)
            {
                await node.Get<RecordEditor>().RevokeAsync(identifier, null, Caller.CommandLine, cancellationToken);
            }
        }
    }

    /// <summary>Blocks the membrane roll with the highest hydrogen crossover.</summary>
    private static async Task BlockRollAsync(
        NodeContainer node,
        List<DemoItem> items,
        DemoKeys keys,
        CancellationToken cancellationToken
    )
    {
        if (
            items.Where(i => i.Template == "membrane-roll").MaxBy(i => (decimal)i.Attributes["hydrogenCrossover"]) is
            { } roll
        )
        {
            await UpdateAsync(
                node,
                roll,
                keys,
                cancellationToken,
                ("result", "hold"),
                ("remark", "氢气渗透偏高，隔离复检 / high hydrogen crossover, blocked for re-test")
            );
        }
    }

    /// <summary>The controller of the first system got new firmware in service.</summary>
    private static async Task RaiseFirmwareAsync(
        NodeContainer node,
        List<DemoItem> items,
        DemoKeys keys,
        CancellationToken cancellationToken
    )
    {
        if (items.Find(i => i.Template == "controller") is { } controller)
        {
            await UpdateAsync(
                node,
                controller,
                keys,
                cancellationToken,
                ("firmwareVersion", PlantMasterData.NewFirmware)
            );
        }
    }

    private static async Task MeasureAgainAsync(
        NodeContainer node,
        List<DemoItem> pieces,
        DemoKeys keys,
        CancellationToken cancellationToken
    )
    {
        foreach (var piece in pieces.Where(i => i.Attributes["result"] is "pass").Take(3))
        {
            var voltage = (decimal)piece.Attributes["openCircuitVoltage"] - 0.002m;
            await UpdateAsync(
                node,
                piece,
                keys,
                cancellationToken,
                ("openCircuitVoltage", voltage.ToString(CultureInfo.InvariantCulture)),
                ("remark", "复测 / measured again")
            );
        }
    }

    private static async Task UpdateAsync(
        NodeContainer node,
        DemoItem item,
        DemoKeys keys,
        CancellationToken cancellationToken,
        params (string Code, string Value)[] values
    )
    {
        if (await keys.FindAsync(new(item.Source, item.SourceKey), cancellationToken) is { } identifier)
        {
            var patch = new RecordPatch
            {
                Attributes = [.. values.Select(v => KeyValuePair.Create(v.Code, InputValue.OfText(v.Value)))],
            };
            await node.Get<RecordEditor>().UpdateAsync(identifier, patch, null, Caller.CommandLine, cancellationToken);
        }
    }

    private static async Task<RegistrationRequest[]> RequestsAsync(
        List<DemoItem> items,
        DemoKeys keys,
        CancellationToken cancellationToken
    )
    {
        var requests = new RegistrationRequest[items.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            var attributes = new List<KeyValuePair<string, InputValue>>(items[i].Attributes.Count);
            foreach (var (code, value) in items[i].Attributes)
            {
                var given = value is DemoReference item ? (await keys.FindAsync(item, cancellationToken))?.Text : value;
                if (given is not null)
                {
                    attributes.Add(new(code, Value(given)));
                }
            }
            requests[i] = new()
            {
                Template = items[i].Template,
                Source = items[i].Source,
                SourceKey = items[i].SourceKey,
                Attributes = attributes,
            };
        }
        return requests;
    }

    private static InputValue Value(object value) =>
        value switch
        {
            string text => InputValue.OfText(text),
            bool flag => InputValue.OfBoolean(flag),
            string[] texts => InputValue.OfList([.. texts.Select(InputValue.OfText)]),
            _ => InputValue.OfNumber(Convert.ToString(value, CultureInfo.InvariantCulture)!),
        };
}
