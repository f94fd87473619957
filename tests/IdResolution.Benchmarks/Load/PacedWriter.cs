using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IdResolution.Benchmarks.Data;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// Registers new items at a fixed rate over REST, 50 in each batch: eight callers take turns, so that a slow answer
/// holds up none but its own.
/// </summary>
internal sealed class PacedWriter(IPEndPoint http, string key, int perSecond)
{
    private const int Batch = 50;
    private const int Callers = 8;

    private readonly TimeSpan _period = TimeSpan.FromSeconds((double)Batch / perSecond);
    private long _next;

    /// <summary>Writes until cancelled; gives how many items were registered a second.</summary>
    public async Task<double> RunAsync(CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{http}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var clock = Stopwatch.StartNew();
        var batches = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(async caller =>
                {
                    var done = 0;
                    while (true)
                    {
                        var early = (_period * ((done * Callers) + caller)) - clock.Elapsed;
                        if (early > TimeSpan.Zero)
                        {
                            await Task.Delay(early, CancellationToken.None);
                        }
                        if (stop.IsCancellationRequested)
                        {
                            return done;
                        }
                        await PostAsync(client);
                        done++;
                    }
                })
        );
        return batches.Sum() * Batch / clock.Elapsed.TotalSeconds;
    }

    private async Task PostAsync(HttpClient client)
    {
        var items = Enumerable.Range(0, Batch).Select(_ => Json(Interlocked.Increment(ref _next)));
        using var body = new StringContent(
            $"{{\"items\":[{string.Join(',', items)}]}}",
            Encoding.UTF8,
            "application/json"
        );
        using var response = await client.PostAsync(
            new Uri("/api/v1/identifiers:batch", UriKind.Relative),
            body,
            CancellationToken.None
        );
        var answer = await response.Content.ReadAsStringAsync(CancellationToken.None);
        if (answer.Split("\"status\":201").Length - 1 != Batch)
        {
            throw new InvalidOperationException($"Not all was registered: {answer}");
        }
    }

    /// <summary>The identifier of an item.</summary>
    public static string Identifier(long number) => $"{Item.Prefix}/{Name(number)}";

    /// <summary>An item as JSON.</summary>
    public static string Json(long number)
    {
        var name = Name(number);
        return $$"""{"template":"{{Item.Template}}","identifier":"{{Identifier(number)}}","source":"{{Item.Source}}","sourceKey":"{{name}}","attributes":{{Item.AttributesJson((int)(number % Item.Variants))}}}""";
    }

    private static string Name(long number) => $"PACE-{number:D10}";
}
