using System.Diagnostics;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Server.Hosting;

namespace IdResolution.Benchmarks.Data;

/// <summary>
/// Makes a plant through the core: registers the items of each block, then takes its events in. A broken-off run is
/// gone on with.
/// </summary>
internal sealed class Plant(NodeContainer node, PlantShape shape, CancellationToken cancellationToken)
{
    private const int Tasks = 3;
    private const int EventsAtOnce = 64;

    private static readonly DateTimeOffset s_begin = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The number of pieces of which an attribute tells the day of making.</summary>
    private static readonly List<KeyValuePair<string, InputValue>> s_plain =
    [
        new("manufacturedDate", InputValue.OfText("2025-01-01")),
    ];

    /// <summary>Makes a plant in a data directory, where it is not there yet.</summary>
    public static async Task RunAsync(string data, PlantShape shape, CancellationToken cancellationToken)
    {
        var mark = Path.Combine(data, "plant.blocks");
        var done = File.Exists(mark) ? int.Parse(await File.ReadAllTextAsync(mark, cancellationToken)) : 0;
        if (done >= shape.Blocks)
        {
            return;
        }
        using var node = await BenchNode.OpenAsync(data, cancellationToken);
        var plant = new Plant(node, shape, cancellationToken);
        if (done == 0)
        {
            await plant.MakeCarAsync();
        }
        var clock = Stopwatch.StartNew();
        for (var first = done; first < shape.Blocks; first += Tasks)
        {
            var end = Math.Min(first + Tasks, shape.Blocks);
            await Task.WhenAll(
                Enumerable
                    .Range(first, end - first)
                    .Select(block => Task.Run(() => plant.MakeAsync(block), cancellationToken))
            );
            await File.WriteAllTextAsync(mark, $"{end}", cancellationToken);
            var left = clock.Elapsed / (end - done) * (shape.Blocks - end);
            await Console.Error.WriteAsync(
                $"\r{end} of {shape.Blocks} rolls of the plant, {left:hh\\:mm\\:ss} left   "
            );
        }
        await Console.Error.WriteLineAsync();
    }

    private async Task MakeAsync(int block)
    {
        await RegisterAsync(Items(block));
        foreach (var events in Events(block).Chunk(EventsAtOnce))
        {
            await RecordAsync(events);
        }
    }

    private async Task MakeCarAsync()
    {
        var modules = Enumerable.Range(0, PlantShape.Modules).Select(m => PlantItem.Of("MODULE", 0, m)).ToList();
        var parts = modules.ConvertAll(m => Numbered(m, PlantShape.PartsOfModule).ToList());
        var lot = PlantItem.Of("CARLOT", 0, 0);
        await RegisterAsync([
            Request("vehicle", PlantItem.Car),
            Request("gasket", lot),
            .. modules.Concat(parts.SelectMany(p => p)).Select(p => Request("controller", p)),
        ]);
        var number = 0;
        await RecordAsync([
            .. parts.Select(p => Transform("car", number++, 0, [lot], p)),
            .. parts.Select((p, m) => Assemble("car", number++, 0, modules[m], p)),
            Assemble("car", number, 0, PlantItem.Car, modules),
        ]);
    }

    private IEnumerable<RegistrationRequest> Items(int block)
    {
        if (block % PlantShape.BlocksOfDelivery == 0)
        {
            yield return Request("ionomer-lot", PlantItem.Delivery(block));
        }
        yield return Request("membrane-roll", PlantItem.Roll(block));
        (string Template, int Count, Func<int, int, string> Name)[] kinds =
        [
            ("gasket", PlantShape.PartLots + 1, PlantItem.Lot),
            ("ccm-batch", shape.Coated, PlantItem.Coated),
            ("mea-batch", shape.Batches, PlantItem.Batch),
            ("mea", shape.Batches * PlantShape.Cells, PlantItem.Cell),
            ("bipolar-plate", shape.Vehicles * PlantShape.Plates, PlantItem.Plate),
            ("controller", shape.Vehicles * (PlantShape.PartsOfVehicle + PlantShape.PartsOfSystem), PlantItem.Part),
            ("stack", shape.Vehicles, PlantItem.Stack),
            ("fc-system", shape.Vehicles, PlantItem.System),
            ("vehicle", shape.Vehicles, PlantItem.Vehicle),
        ];
        foreach (var (template, count, name) in kinds)
        {
            for (var i = 0; i < count; i++)
            {
                yield return Request(template, name(block, i), i);
            }
        }
    }

    private IEnumerable<EventRequest> Events(int block)
    {
        var number = 0;
        var day = $"block-{block}";
        var delivery = PlantItem.Delivery(block);
        yield return Transform(day, number++, block, [delivery], [PlantItem.Roll(block)]);
        yield return Transform(day, number++, block, [delivery], Many(PlantItem.Lot, 0, PlantShape.PartLots + 1));
        for (var i = 0; i < shape.Coated; i++)
        {
            yield return Transform(day, number++, block, [PlantItem.Roll(block)], [PlantItem.Coated(block, i)]);
        }
        for (var i = 0; i < shape.Batches; i++)
        {
            var coated = PlantItem.Coated(block, i * shape.Coated / shape.Batches);
            yield return Transform(day, number++, block, [coated], [PlantItem.Batch(block, i)]);
            yield return Transform(
                day,
                number++,
                block,
                [PlantItem.Batch(block, i)],
                Many(PlantItem.Cell, i * PlantShape.Cells, PlantShape.Cells)
            );
        }
        for (var i = 0; i < shape.Vehicles; i++)
        {
            var plates = Many(PlantItem.Plate, i * PlantShape.Plates, PlantShape.Plates);
            yield return Transform(day, number++, block, [PlantItem.Lot(block, PlantShape.PartLots)], plates);
            var all = PlantShape.PartsOfVehicle + PlantShape.PartsOfSystem;
            var parts = Many(PlantItem.Part, i * all, all);
            yield return Transform(day, number++, block, [PlantItem.Lot(block, i % PlantShape.PartLots)], parts);
            // Each fourth cell of a stack came from another batch, as sorting mixes them.
            var cells = Enumerable
                .Range(i * PlantShape.Cells, PlantShape.Cells)
                .Select(c => c % 4 == 0 ? Mixed(c) : c)
                .Select(c => PlantItem.Cell(block, c));
            var (stack, system) = (PlantItem.Stack(block, i), PlantItem.System(block, i));
            yield return Assemble(day, number++, block, stack, [.. cells, .. plates]);
            yield return Assemble(day, number++, block, system, [stack, .. parts.Take(PlantShape.PartsOfSystem)]);
            yield return Assemble(
                day,
                number++,
                block,
                PlantItem.Vehicle(block, i),
                [system, .. parts.Skip(PlantShape.PartsOfSystem)]
            );
        }

        List<string> Many(Func<int, int, string> name, int first, int count) =>
            [.. Enumerable.Range(first, count).Select(i => name(block, i))];

        // Stacks in pairs exchange them; the last one of an odd number keeps its own.
        int Mixed(int cell)
        {
            var stack = cell / PlantShape.Cells;
            var other = stack ^ 1;
            return other < shape.Vehicles ? cell + ((other - stack) * PlantShape.Cells) : cell;
        }
    }

    private static IEnumerable<string> Numbered(string name, int count) =>
        Enumerable.Range(0, count).Select(i => $"{name}-{i:D2}");

    private static RegistrationRequest Request(string template, string identifier, int number = 0)
    {
        var name = identifier[(Item.Prefix.Length + 1)..];
        return new RegistrationRequest
        {
            Template = template,
            Identifier = identifier,
            Source = Item.Source,
            SourceKey = name,
            Attributes = template switch
            {
                Item.Template => Item.Attributes(number),
                // The digits of the identifier, and a letter where there are fewer.
                "vehicle" =>
                [
                    .. s_plain,
                    new("vin", InputValue.OfText(string.Concat(name.Where(char.IsAsciiDigit)).PadLeft(17, 'L'))),
                ],
                _ => s_plain,
            },
        };
    }

    private static EventRequest Transform(
        string day,
        int number,
        int minutes,
        IReadOnlyList<string> inputs,
        IReadOnlyList<string> outputs
    ) => Event("transform", day, number, minutes) with { Inputs = Things(inputs), Outputs = Things(outputs) };

    private static EventRequest Assemble(
        string day,
        int number,
        int minutes,
        string parent,
        IReadOnlyList<string> children
    ) => Event("assemble", day, number, minutes) with { Parent = Thing(parent), Children = Things(children) };

    private static EventRequest Event(string type, string day, int number, int minutes) =>
        new()
        {
            Type = type,
            Time = s_begin.AddMinutes(minutes).AddSeconds(number).ToString("O", CultureInfo.InvariantCulture),
            Source = Item.Source,
            SourceKey = $"{day}-{number}",
        };

    private static IReadOnlyList<ThingRequest> Things(IReadOnlyList<string> names) => [.. names.Select(Thing)];

    private static ThingRequest Thing(string name) => new() { Identifier = name };

    private async Task RegisterAsync(IEnumerable<RegistrationRequest> requests)
    {
        foreach (var page in requests.Chunk(Registrar.MaxBatch))
        {
            Check(await node.Get<Registrar>().RegisterAsync(page, Caller.Node, cancellationToken));
        }
    }

    private async Task RecordAsync(EventRequest[] events) =>
        Check(await node.Get<EventRecorder>().RecordAsync(events, Caller.Node, cancellationToken));

    private static void Check<T>(Result<T>[] results)
        where T : notnull
    {
        if (Array.Find(results, r => !r.IsOk) is { IsOk: false } bad)
        {
            throw new InvalidOperationException($"The plant was refused: {bad.Error.Message.En}");
        }
    }
}
