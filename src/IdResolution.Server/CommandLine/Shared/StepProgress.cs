using Spectre.Console;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Shows the steps of long work on standard error: as bars on a terminal, else a line for each tenth of a step.
/// </summary>
internal abstract class StepProgress : IProgress<(string Step, double Done)>
{
    /// <summary>Runs work and shows its steps.</summary>
    public static async Task<T> RunAsync<T>(Func<StepProgress, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return await work(new Lines());
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().StartAsync(context => work(new Bars(context)));
    }

    public abstract void Report((string Step, double Done) value);

    /// <summary>The progress of a single step.</summary>
    public IProgress<double> Of(string step) => new One(this, step);

    private sealed class Bars(ProgressContext context) : StepProgress
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public override void Report((string Step, double Done) value)
        {
            if (!_tasks.TryGetValue(value.Step, out var task))
            {
                _tasks[value.Step] = task = context.AddTask(Markup.Escape(value.Step), maxValue: 1);
            }
            task.Value = value.Done;
        }
    }

    private sealed class Lines : StepProgress
    {
        private (string Step, int Tenths) _last;

        public override void Report((string Step, double Done) value)
        {
            var now = (value.Step, (int)(value.Done * 10));
            if (now != _last)
            {
                _last = now;
                Console.Error.WriteLine($"{value.Step} {now.Item2 * 10} %");
            }
        }
    }

    private sealed class One(StepProgress all, string step) : IProgress<double>
    {
        public void Report(double value) => all.Report((step, value));
    }
}
