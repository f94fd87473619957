using System.Diagnostics;
using IdResolution.Core.Access;
using IdResolution.Core.Registration;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Benchmarks.Data;

/// <summary>
/// Registers the data set through the core. What is there already is not made again; a broken-off run is gone on with.
/// </summary>
internal static class Generator
{
    public const string Series = "MEA";

    private const int Tasks = 3;

    public static async Task RunAsync(string data, long items, CancellationToken cancellationToken)
    {
        using var node = await BenchNode.OpenAsync(data, cancellationToken);
        var count = Count(Path.Combine(data, SqliteDatabase.FileName));
        if (count >= items)
        {
            return;
        }
        // Batches under way when a run ended may have left gaps behind the last item: they are offered again.
        await RegisterAsync(node, Math.Max(0, count - (2 * Tasks * Registrar.MaxBatch)), items, cancellationToken);
    }

    /// <summary>Registers the items from one on, up to so many.</summary>
    public static async Task RegisterAsync(
        NodeContainer node,
        long first,
        long items,
        CancellationToken cancellationToken
    )
    {
        var next = first;
        var done = 0L;
        var clock = Stopwatch.StartNew();
        var lastLine = 0L;
        await Task.WhenAll(
            Enumerable
                .Range(0, Tasks)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            while (
                                Interlocked.Add(ref next, Registrar.MaxBatch) - Registrar.MaxBatch is var start
                                && start < items
                            )
                            {
                                var size = (int)Math.Min(Registrar.MaxBatch, items - start);
                                var requests = Enumerable
                                    .Range(1, size)
                                    .Select(i => Item.Request(Series, start + i))
                                    .ToList();
                                var results = await node.Get<Registrar>()
                                    .RegisterAsync(requests, Caller.Node, cancellationToken);
                                if (Array.Find(results, r => !r.IsOk) is { IsOk: false } bad)
                                {
                                    throw new InvalidOperationException(
                                        $"A registration was refused: {bad.Error.Message.En}"
                                    );
                                }
                                var soFar = Interlocked.Add(ref done, size);
                                var (second, before) = (clock.ElapsedMilliseconds / 1000, Volatile.Read(ref lastLine));
                                if (
                                    second > before
                                    && Interlocked.CompareExchange(ref lastLine, second, before) == before
                                )
                                {
                                    Progress(first + soFar, items, soFar / clock.Elapsed.TotalSeconds);
                                }
                            }
                        },
                        cancellationToken
                    )
                )
        );
        Progress(first + done, items, done / clock.Elapsed.TotalSeconds);
        await Console.Error.WriteLineAsync();
    }

    /// <summary>How many items of the benchmarks' template a database holds; 0 where there is none.</summary>
    public static long Count(string database, string template = Item.Template)
    {
        if (!File.Exists(database))
        {
            return 0;
        }
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString()
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM records WHERE template = $template";
        command.Parameters.AddWithValue("$template", template);
        return (long)command.ExecuteScalar()!;
    }

    private static void Progress(long done, long items, double rate) =>
        Console.Error.Write(
            $"\r{done:N0} of {items:N0} items, {rate:N0}/s, "
                + $"{TimeSpan.FromSeconds((items - done) / Math.Max(rate, 1)):hh\\:mm\\:ss} left   "
        );
}
