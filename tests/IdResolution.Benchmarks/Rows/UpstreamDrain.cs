using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Registration;
using IdResolution.Core.Snms;
using IdResolution.Core.Templates;
using IdResolution.Core.Upstream;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Benchmarks.Rows;

/// <summary>A backlog sent to another node, against that node alone with the same batches.</summary>
internal static class UpstreamDrain
{
    private const int Batch = 1_000;
    private const string Version = "bench-box";
    private const double Target = 0.7;

    public static async Task<Figures> MeasureAsync(Bench bench, CancellationToken stop)
    {
        var items = bench.Scale.Rounds > 1 ? 100_000 : 10_000;
        var data = bench.Scratch();
        var calls = await RecordAsync(data, items, stop);
        var (received, _) = await SnmsRows.PrepareAsync(bench, stop);
        await using var receiver = await Child.NodeAsync(received, 128L << 20);
        var token = await SnmsRows.TokenAsync(receiver, stop);
        using var sender = await OpenAsync(data, $"http://{receiver.Http}", stop);
        var series = 0;
        await ReplayAsync();
        await DrainAsync();
        var rates = await bench.AlternateAsync(DrainAsync, ReplayAsync);
        var stored = Generator.Count(Path.Combine(received, "idnode.db"), Version);
        return stored == (long)series * items
            ? Figures.OfRates(rates, Target)
            : throw new InvalidOperationException($"{series * items} items were sent, {stored} are stored.");

        async Task<double> DrainAsync()
        {
            await RegisterAsync(sender, ++series, items, stop);
            return items / await SendAsync(sender, stop);
        }

        async Task<double> ReplayAsync()
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://{receiver.Http}") };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var next = Encoding.UTF8.GetBytes(Series(++series));
            foreach (var call in calls)
            {
                Replace(call.Body, Encoding.UTF8.GetBytes(Series(0)), next);
            }
            var clock = Stopwatch.StartNew();
            foreach (var call in calls)
            {
                using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path)
                {
                    Content = new ByteArrayContent(call.Body),
                };
                using var answer = await client.SendAsync(request, stop);
                await answer.Content.ReadAsByteArrayAsync(stop);
            }
            var rate = items / clock.Elapsed.TotalSeconds;
            foreach (var call in calls)
            {
                Replace(call.Body, next, Encoding.UTF8.GetBytes(Series(0)));
            }
            return rate;
        }
    }

    /// <summary>Registers a backlog and sends it to a server that notes the calls.</summary>
    private static async Task<List<SecondaryCall>> RecordAsync(string data, int items, CancellationToken stop)
    {
        var calls = new List<SecondaryCall>();
        await using var recorder = await IndifferentNode.StartAsync(calls.Add, cancellationToken: stop);
        using var sender = await OpenAsync(data, recorder.Url, stop);
        var templates = new SnmsTemplates(sender.Get<CatalogHolder>(), sender.Get<TemplateEditor>());
        var made = await templates.CreateAsync(
            new SnmsTemplateForm
            {
                Prefix = Item.Prefix,
                Version = Version,
                Industry = new IndustryCodes("C", "15", "151", "1512"),
                Type = 2,
                Items =
                [
                    .. Enumerable
                        .Range(0, 4)
                        .Select(a => new SnmsTemplateItem
                        {
                            Name = $"属性{a}",
                            IdType = $"a{a}",
                            IdIndex = AttributeDefinition.FirstIndex + a,
                            HasMetadata = true,
                            Type = "string",
                            MinLength = 0,
                            MaxLength = 255,
                        }),
                ],
            },
            isNumbered: true,
            Caller.Node with
            {
                Role = Role.Admin,
            },
            stop
        );
        if (!made.IsOk)
        {
            throw new InvalidOperationException(made.Error.Message.En);
        }
        await RegisterAsync(sender, 0, items, stop);
        await SendAsync(sender, stop);
        return calls;
    }

    private static Task<NodeContainer> OpenAsync(string data, string url, CancellationToken stop)
    {
        var secret = data + ".secret";
        File.WriteAllText(secret, SnmsRows.Secret);
        var options = BenchNode.Options(data);
        options.Upstream = new UpstreamOptions
        {
            Url = url,
            User = SnmsRows.User,
            SecretFile = secret,
            Share = UpstreamShare.All,
        };
        return BenchNode.OpenAsync(options, stop);
    }

    private static async Task RegisterAsync(NodeContainer node, int series, int items, CancellationToken stop)
    {
        for (var first = 0; first < items; first += Batch)
        {
            var requests = Enumerable
                .Range(first, Batch)
                .Select(i => new RegistrationRequest
                {
                    Template = Version,
                    Identifier = $"{Item.Prefix}/{Series(series)}{i:D10}",
                    Attributes =
                    [
                        new("a0", InputValue.OfText($"{Series(series)}{i:D10}")),
                        new("a1", InputValue.OfText("one of many")),
                        new("a2", InputValue.OfText("two of many")),
                        new("a3", InputValue.OfText("three of many")),
                    ],
                })
                .ToList();
            var results = await node.Get<Registrar>().RegisterAsync(requests, Caller.Node, stop);
            if (Array.Find(results, r => !r.IsOk) is { IsOk: false } bad)
            {
                throw new InvalidOperationException($"A registration was refused: {bad.Error.Message.En}");
            }
        }
    }

    /// <summary>Sends what was not sent yet. Gives how many seconds it took.</summary>
    private static async Task<double> SendAsync(NodeContainer node, CancellationToken stop)
    {
        var head = await node.Get<IChangeLog>().HeadAsync(stop);
        var reader = node.Get<IEnumerable<LogReader>>().Single(r => r.Name == UpstreamReader.ReaderName);
        var clock = Stopwatch.StartNew();
        await reader.CatchUpAsync(head, stop);
        var seconds = clock.Elapsed.TotalSeconds;
        if (reader.Failure is not null || reader.Cursor < head)
        {
            throw new InvalidOperationException($"Not all was sent: {reader.Failure?.Message}");
        }
        await reader.ReleaseAsync(stop);
        return seconds;
    }

    // All of one length, so that one can stand for another in a body.
    private static string Series(int number) => $"DRAIN{number:D4}-";

    private static void Replace(Span<byte> text, ReadOnlySpan<byte> old, ReadOnlySpan<byte> by)
    {
        for (int at; (at = text.IndexOf(old)) >= 0; text = text[(at + old.Length)..])
        {
            by.CopyTo(text[at..]);
        }
    }
}
