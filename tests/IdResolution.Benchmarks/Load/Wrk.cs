using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace IdResolution.Benchmarks.Load;

/// <summary>Runs <c>wrk</c> with a script.</summary>
internal static class Wrk
{
    private const string Report = """

        function done(summary, latency, requests)
          local e = summary.errors
          io.write(string.format('\nresult {"requests":%d,"microseconds":%d,"errors":%d}\n', summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
        end
        """;

    /// <summary>Loads a server for a time.</summary>
    /// <param name="http">Where it listens.</param>
    /// <param name="script">Lua that defines <c>request</c>.</param>
    /// <param name="connections">Open at once.</param>
    /// <param name="time">How long.</param>
    public static async Task<WrkResult> RunAsync(IPEndPoint http, string script, int connections, TimeSpan time)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script + Report);
            // Two threads, so that the client is never the bottleneck; each connection has one request under way.
            string[] arguments =
            [
                "-t2",
                $"-c{connections}",
                $"-d{Math.Max(1, (int)time.TotalSeconds)}s",
                "--timeout",
                "30s",
                "-s",
                file,
                $"http://{http}/",
            ];
            using var process = Process.Start(
                new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true }
            )!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var line =
                Array.Find(output.Split('\n'), l => l.StartsWith("result ", StringComparison.Ordinal))
                ?? throw new InvalidOperationException($"wrk gave no result:\n{output}");
            var result = JsonSerializer.Deserialize<WrkResult>(line["result ".Length..], JsonSerializerOptions.Web)!;
            return result.Errors == 0
                ? result
                : throw new InvalidOperationException($"wrk saw {result.Errors} errors:\n{output}");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
