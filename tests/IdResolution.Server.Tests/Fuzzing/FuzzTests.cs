using System.Diagnostics;
using IdResolution.Fuzzing.Driver;
using IdResolution.Fuzzing.Targets;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Fuzzing;

/// <summary>Inputs that failed once, good ones, and some that are made of them (docs/testing.md).</summary>
[TestFixture]
public sealed class FuzzTests
{
    private const int Made = 3_000;

    private static IEnumerable<string> Targets => FuzzTargets.All.Select(target => target.Name);

    private static IEnumerable<TestCaseData> Kept =>
        FuzzTargets.All.SelectMany(target =>
            Corpus
                .FilesOf(target)
                .Select(file =>
                    new TestCaseData(target.Name, Path.GetFileName(file)).SetArgDisplayNames(
                        $"{target.Name}/{Path.GetFileName(file)}"
                    )
                )
        );

    [TestCaseSource(nameof(Kept))]
    public void Kept_InputThatFailedOnce_DoesNotFail(string name, string file)
    {
        var target = FuzzTargets.Find(name)!;
        var path = Corpus.FilesOf(target).Single(kept => Path.GetFileName(kept) == file);

        Assert.That(new Trial(target, isTimed: false).FaultOf(File.ReadAllBytes(path)), Is.Null);
    }

    [TestCaseSource(nameof(Targets))]
    public void Seeds_AndInputsMadeOfThem_DoNotFail(string name)
    {
        var target = FuzzTargets.Find(name)!;
        var trial = new Trial(target, isTimed: false);
        var corpus = target.Seeds().Concat(Corpus.Of(target)).ToList();
        var mutator = new Mutator(new Random(1), target);

        foreach (var input in corpus.Concat(Enumerable.Range(0, Made).Select(_ => mutator.Make(corpus))))
        {
            Assert.That(trial.FaultOf(input), Is.Null, Convert.ToHexString(input));
        }
    }

    [Test]
    public void Mutator_OneSeed_MakesTheSameInputs()
    {
        var target = FuzzTargets.Find("handle")!;
        var seeds = target.Seeds().ToList();

        byte[][] Inputs()
        {
            var mutator = new Mutator(new Random(7), target);
            return [.. Enumerable.Range(0, 100).Select(_ => mutator.Make(seeds))];
        }

        var first = Inputs();
        Assert.That(Inputs(), Is.EqualTo(first));
    }

    [Test]
    public void Trial_WhatDoesNotHold_IsFound(
        [Values("throws", "does not hold", "allocates", "is right")] string what
    ) =>
        Assert.That(
            new Trial(new Wrong(what), isTimed: false).FaultOf([1, 2, 3]),
            what == "is right" ? Is.Null : Does.Contain(what == "allocates" ? "3 bytes" : what)
        );

    [Test]
    public void Trial_SlowInput_IsFound() =>
        Assert.That(new Trial(new Wrong("is slow"), isTimed: true).FaultOf([1, 2, 3]), Does.Contain("takes"));

    [Test]
    [Category(Lane.Soak)]
    public void AllTargets_ForAMinute_FindNothing()
    {
        // The lane has built the program; the seed is another one each day.
        var (code, output, error) = Tool.Run(
            TimeSpan.FromMinutes(10),
            RepositoryFolder.Root,
            RepositoryFolder.PathOf("scripts", "fuzz.sh"),
            "all",
            "60",
            "--no-build",
            "--seed",
            DateTime.UtcNow.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture)
        );

        var lines = System.Text.Encoding.UTF8.GetString(output);
        Assert.That(code, Is.Zero, error);
        Assert.That(Targets, Is.All.Matches<string>(name => lines.Contains($"{name}: ", StringComparison.Ordinal)));
        TestContext.Out.Write(lines);
    }

    private sealed class Wrong(string what) : FuzzTarget
    {
        public override string Name => "wrong";

        public override IEnumerable<byte[]> Seeds() => [];

        public override void Take(byte[] input)
        {
            switch (what)
            {
                case "throws":
                    throw new InvalidOperationException(what);
                case "does not hold":
                    throw new FindingException(what);
                case "allocates":
                    GC.KeepAlive(new byte[AllocationBase + 4 * AllocationPerByte]);
                    break;
                case "is slow":
                    // Other threads of the process use the processor too, and others keep it from this one.
                    var (clock, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
                    while (
                        clock.Elapsed < TimeSpan.FromMilliseconds(300)
                        || Environment.CpuUsage.TotalTime - used < TimeSpan.FromMilliseconds(300)
                    ) { }
                    break;
            }
        }
    }
}
