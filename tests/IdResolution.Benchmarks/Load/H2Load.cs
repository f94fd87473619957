using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// Runs <c>h2load</c> for a number of requests, so that none is broken off and all answers can be accounted for.
/// </summary>
internal static partial class H2Load
{
    /// <summary>Makes a call so many times. An answer other than 2xx is an error.</summary>
    public static async Task<H2Result> RunAsync(H2Call call, long requests)
    {
        var (output, rate) = await RunAsync(
            requests,
            [
                $"-c{call.Connections}",
                $"-m{call.Streams}",
                .. call.Http1 ? ["--h1"] : Array.Empty<string>(),
                "-d",
                call.Body,
                .. call.Headers.SelectMany(h => new[] { "-H", h }),
                call.Url.ToString(),
            ]
        );
        return Data().Match(output) is { Success: true } data
            ? new H2Result(rate, Number(data))
            : throw new InvalidOperationException($"h2load gave no result:\n{output}");
    }

    /// <summary>
    /// Asks at a fixed rate over HTTP/1.1 for what a file of addresses names, one after the other; gives how often a
    /// second it could.
    /// </summary>
    public static async Task<double> AskAsync(string addresses, int connections, int perSecond, long requests) =>
        (
            await RunAsync(
                requests,
                [
                    "--h1",
                    $"-c{connections}",
                    "--rps",
                    ((double)perSecond / connections).ToString(CultureInfo.InvariantCulture),
                    "-i",
                    addresses,
                ]
            )
        ).Rate;

    /// <summary>
    /// Makes a call for about a time, more and more often; gives how often a second it could be made at the end.
    /// </summary>
    public static async Task<double> WarmUpAsync(H2Call call, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var requests = 2L * call.Connections * call.Streams;
        while (true)
        {
            var result = await RunAsync(call, requests);
            if (clock.Elapsed >= time)
            {
                return result.Rate;
            }
            requests = Math.Min(requests * 2, Math.Max(requests, (long)(result.Rate * time.TotalSeconds)));
        }
    }

    private static async Task<(string Output, double Rate)> RunAsync(long requests, string[] arguments)
    {
        // Two threads, so that the client is never the bottleneck.
        using var process = Process.Start(
            new ProcessStartInfo("h2load", ["-t2", $"-n{requests}", .. arguments]) { RedirectStandardOutput = true }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (Rate().Match(output) is not { Success: true } rate || Good().Match(output) is not { Success: true } good)
        {
            throw new InvalidOperationException($"h2load gave no result:\n{output}");
        }
        return Number(good) == requests
            ? (output, double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"h2load saw errors:\n{output}");
    }

    private static long Number(Match match) => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^finished in .*, ([0-9.]+) req/s", RegexOptions.Multiline)]
    private static partial Regex Rate();

    [GeneratedRegex(@"^status codes: (\d+) 2xx", RegexOptions.Multiline)]
    private static partial Regex Good();

    [GeneratedRegex(@"\((\d+)\) data$", RegexOptions.Multiline)]
    private static partial Regex Data();
}
