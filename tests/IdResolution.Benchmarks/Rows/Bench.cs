using System.Diagnostics;
using IdResolution.Benchmarks.Data;

namespace IdResolution.Benchmarks.Rows;

/// <summary>What the rows share: the scale, the data sets, a place for databases that last one row.</summary>
internal sealed class Bench(Scale scale, string root) : IDisposable
{
    private readonly string _scratch = Path.Combine(root, $"scratch-{Environment.ProcessId}");
    private int _made;

    public Scale Scale => scale;

    /// <summary>The data set of so many items, made where missing.</summary>
    public async Task<string> DataAsync(long items, CancellationToken cancellationToken)
    {
        var data = Path.Combine(root, $"items-{items}");
        await Generator.RunAsync(data, items, cancellationToken);
        return data;
    }

    /// <summary>The plant of about so many items, made where missing.</summary>
    public async Task<(string Data, PlantShape Shape)> PlantAsync(long items, CancellationToken cancellationToken)
    {
        var (data, shape) = (Path.Combine(root, $"plant-{items}"), PlantShape.Of(items));
        await Plant.RunAsync(data, shape, cancellationToken);
        return (data, shape);
    }

    /// <summary>Where the handles are.</summary>
    public string HandleData() => Path.Combine(root, "handles");

    /// <summary>A new path on the same disk as the data sets.</summary>
    public string Scratch()
    {
        Directory.CreateDirectory(_scratch);
        return Path.Combine(_scratch, $"{++_made}");
    }

    /// <summary>Alternates rounds of node and baseline and gives the median of each.</summary>
    public async Task<(double Node, double Baseline)> AlternateAsync(
        Func<Task<double>> node,
        Func<Task<double>> baseline
    )
    {
        var (ofNode, ofBaseline) = (new List<double>(), new List<double>());
        for (var round = 0; round < scale.Rounds; round++)
        {
            // Who goes first alternates too: a machine that others slow down slows both.
            if (round % 2 == 0)
            {
                ofNode.Add(await node());
                ofBaseline.Add(await baseline());
            }
            else
            {
                ofBaseline.Add(await baseline());
                ofNode.Add(await node());
            }
            await Console.Error.WriteLineAsync(
                $"  round {round + 1} of {scale.Rounds}: {ofNode[^1]:N0} against {ofBaseline[^1]:N0}"
            );
        }
        return (Median(ofNode), Median(ofBaseline));
    }

    /// <summary>Does something again and again for a time, once at least; gives how often a second.</summary>
    /// <param name="work">What is done; it is told how often it was done before.</param>
    /// <param name="time">The time.</param>
    public static async Task<double> RoundAsync(Func<int, Task> work, TimeSpan time)
    {
        var (clock, done) = (Stopwatch.StartNew(), 0);
        do
        {
            await work(done++);
        } while (clock.Elapsed < time);
        return done / clock.Elapsed.TotalSeconds;
    }

    /// <inheritdoc cref="RoundAsync(Func{int, Task}, TimeSpan)"/>
    public static Task<double> RoundAsync(Func<Task> work, TimeSpan time) => RoundAsync(_ => work(), time);

    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        return sorted.Count % 2 == 1
            ? sorted[sorted.Count / 2]
            : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    public void Dispose()
    {
        if (Directory.Exists(_scratch))
        {
            Directory.Delete(_scratch, recursive: true);
        }
    }
}
