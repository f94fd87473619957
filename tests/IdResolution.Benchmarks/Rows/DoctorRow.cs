using System.Diagnostics;
using IdResolution.Benchmarks.Load;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sqlite;

namespace IdResolution.Benchmarks.Rows;

/// <summary>Examining a store against the least that an examination of its log has to do.</summary>
internal static class DoctorRow
{
    private const long MostItems = 1_000_000;

    public static IReadOnlyList<Row> All { get; } =
    [
        new(
            "doctor",
            "`idnode doctor` over an embedded store of 10⁶ entries, entries a second",
            "reading body, leaf and state of each entry in turn, and hashing leaf and commitments, on one thread",
            "in one process, the file in the system's cache; one run of each before, then rounds in turn",
            ExamineAsync
        ),
    ];

    private static async Task<Figures> ExamineAsync(Bench bench, CancellationToken stop)
    {
        var file = Path.Combine(
            await bench.DataAsync(Math.Min(bench.Scale.Items, MostItems), stop),
            SqliteDatabase.FileName
        );
        var entries = PlainExamination.Run(file);
        Examine(file, stop);
        var rates = await bench.AlternateAsync(
            () => Task.FromResult(entries / Seconds(() => Examine(file, stop))),
            () => Task.FromResult(entries / Seconds(() => PlainExamination.Run(file)))
        );
        return Figures.OfRates(rates, 0.4);
    }

    private static void Examine(string file, CancellationToken stop)
    {
        if (Doctor.Run(file, null, stop).FirstOrDefault(f => !f.Ok) is { } fault)
        {
            throw new InvalidOperationException($"{file} is damaged: {fault.Check}: {fault.Detail}");
        }
    }

    private static double Seconds(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }
}
