using System.Diagnostics;
using Spectre.Console;
using Text = IdResolution.Core.Primitives.Text;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Shows the progress of long work: on a terminal a bar with rate and remaining time, else a line every 5 s.
/// Thread-safe.
/// </summary>
internal sealed class WorkProgress
{
    private static readonly TimeSpan s_lineEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_drawEvery = TimeSpan.FromMilliseconds(200);

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _firstItem = -1;
    private long _items;
    private double _share;

    /// <summary>Items per second since the first report.</summary>
    public double Rate =>
        Math.Max(0, Volatile.Read(ref _items) - Math.Max(0, Volatile.Read(ref _firstItem)))
        / Math.Max(0.001, Elapsed.TotalSeconds);

    /// <summary>Items done, as last reported.</summary>
    public long Items => Volatile.Read(ref _items);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Notes how far the work is. The first report is the starting point of this run.</summary>
    /// <param name="items">Items done, including those of an earlier run.</param>
    /// <param name="share">The part of the work that is done, 0 to 1; NaN if the whole is not known.</param>
    public void Report(long items, double share)
    {
        Interlocked.CompareExchange(ref _firstItem, items, -1);
        Volatile.Write(ref _items, items);
        Volatile.Write(ref _share, share);
    }

    /// <summary>Runs work and shows its progress on standard error.</summary>
    public async Task<T> ShowAsync<T>(Terminal terminal, Text title, Text unit, Func<Task<T>> work)
    {
        var task = Task.Run(work);
        if (terminal.CanDraw)
        {
            await DrawAsync(terminal, title, unit, task);
        }
        else
        {
            await WriteLinesAsync(terminal, title, unit, task);
        }
        return await task;
    }

    private async Task DrawAsync(Terminal terminal, Text title, Text unit, Task work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Error) });
        await console
            .Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(title.In(terminal.Language)), maxValue: 1);
                while (!work.IsCompleted)
                {
                    Update(bar);
                    await Task.WhenAny(work, Task.Delay(s_drawEvery));
                }
                Update(bar);
                bar.StopTask();
            });

        void Update(ProgressTask bar)
        {
            var share = Volatile.Read(ref _share);
            bar.IsIndeterminate = double.IsNaN(share);
            bar.Value = double.IsNaN(share) ? 0 : share;
            bar.Description = Markup.Escape(Line(title, unit, "").In(terminal.Language));
        }
    }

    private async Task WriteLinesAsync(Terminal terminal, Text title, Text unit, Task work)
    {
        while (await Task.WhenAny(work, Task.Delay(s_lineEvery)) != work)
        {
            var share = Volatile.Read(ref _share);
            var part = double.IsNaN(share) ? "" : $"{share:P0}";
            terminal.Explain(Line(title, unit, part));
        }
    }

    private Text Line(Text title, Text unit, string part)
    {
        var (items, rate) = (Volatile.Read(ref _items), Rate);
        return new(
            $"{title.En}: {items:N0} {unit.En}{(part.Length > 0 ? $" ({part})" : "")}, {rate:N0}/s",
            $"{title.Zh}：{items:N0} {unit.Zh}{(part.Length > 0 ? $"（{part}）" : "")}，每秒 {rate:N0} {unit.Zh}"
        );
    }
}
