using System.Diagnostics;
using System.Globalization;

namespace IdResolution.Fuzzing.Driver;

/// <summary>Makes inputs for a target until a bound is reached or one is found that fails.</summary>
internal sealed class FuzzRun(FuzzTarget target, FuzzBounds bounds, TextWriter output)
{
    private const int MostInputs = 100_000;

    private static readonly TimeSpan s_report = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CoverageMap _map = new();
    private readonly Trial _trial = new(target, isTimed: true);
    private readonly List<byte[]> _corpus = [];
    private TimeSpan _reported;

    /// <summary>The inputs tried.</summary>
    public long Inputs { get; private set; }

    /// <summary>Runs. Returns the input that failed and why; null if none did.</summary>
    public (byte[] Input, string Fault)? Run()
    {
        using var current = new CurrentInput(bounds.Folder, target);
        foreach (var seed in target.Seeds().Concat(Corpus.Of(target)))
        {
            if (Try(seed, current, isKept: true) is { } fault)
            {
                return (seed, fault);
            }
        }
        var mutator = new Mutator(new Random(bounds.Seed), target);
        while (!IsOver())
        {
            var input = mutator.Make(_corpus);
            if (Try(input, current, isKept: false) is { } fault)
            {
                Report();
                return (input, fault);
            }
        }
        Report();
        return null;
    }

    private string? Try(byte[] input, CurrentInput current, bool isKept)
    {
        current.Set(input);
        _map.Begin();
        var fault = _trial.FaultOf(input);
        Inputs++;
        if ((_map.IsNew() || isKept) && fault is null && _corpus.Count < MostInputs)
        {
            _corpus.Add(input);
        }
        return fault;
    }

    private bool IsOver()
    {
        // A look at the clock costs as much as a small input.
        if ((Inputs & 0xFF) == 0)
        {
            if (_clock.Elapsed - _reported > s_report)
            {
                _reported = _clock.Elapsed;
                Report();
            }
            if (_clock.Elapsed >= bounds.Time)
            {
                return true;
            }
        }
        return Inputs >= bounds.Inputs;
    }

    private void Report() =>
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{target.Name}: {Inputs:N0} inputs in {_clock.Elapsed.TotalSeconds:F0} s, "
                    + $"{Inputs / _clock.Elapsed.TotalSeconds:N0} a second; corpus of {_corpus.Count:N0}, "
                    + $"{_map.Count:N0} branches"
            )
        );
}
