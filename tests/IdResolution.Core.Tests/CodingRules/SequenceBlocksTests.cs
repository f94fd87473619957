using System.Collections.Concurrent;
using IdResolution.Core.CodingRules;

namespace IdResolution.Core.Tests.CodingRules;

[TestFixture]
public sealed class SequenceBlocksTests
{
    [Test]
    public async Task Next_ConcurrentCallersOfTwoNodes_NeverGetTheSameNumber()
    {
        var store = new Sequences();
        SequenceBlocks[] nodes = [new(store), new(store)];
        var numbers = new ConcurrentBag<(string Scope, long Number)>();

        await Parallel
            .ForEachAsync(
                Enumerable.Range(0, 20_000),
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (i, token) =>
                {
                    var scope = "S" + (i % 3);
                    numbers.Add((scope, await nodes[i % 2].NextAsync(scope, null, 99_999, token)));
                }
            )
            .WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(numbers.Distinct().Count(), Is.EqualTo(20_000));
        Assert.That(numbers.Min(n => n.Number), Is.EqualTo(1));
        Assert.That(store.Calls, Is.LessThan(200), "numbers come in blocks");
    }

    [Test]
    public async Task Next_OneCaller_GetsThemInOrderWithoutGaps()
    {
        var blocks = new SequenceBlocks(new Sequences());
        var numbers = new List<long>();
        for (var i = 0; i < 3_000; i++)
        {
            numbers.Add(await blocks.NextAsync("S", null, 99_999, default));
        }

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 3_000).Select(i => (long)i)));
    }

    [TestCase(9, 1)]
    [TestCase(99, 9)]
    [TestCase(999, 99)]
    [TestCase(99_999, 1_000)]
    [TestCase(999_999_999_999_999_999, 1_000)]
    public async Task Next_Blocks_AreAtMostATenthOfTheSequence(long maximum, int largest)
    {
        var store = new Sequences();
        var blocks = new SequenceBlocks(store);
        for (var i = 0; i < 5_000; i++)
        {
            await blocks.NextAsync("S", null, maximum, default);
        }

        Assert.That(store.Sizes.Max(), Is.LessThanOrEqualTo(largest));
        Assert.That(store.Sizes.First(), Is.EqualTo(1), "a sequence used once loses nothing in a restart");
    }

    [Test]
    public async Task Next_ManyScopes_ForgetsOldOnesWithoutRepeating()
    {
        var store = new Sequences();
        var blocks = new SequenceBlocks(store);
        for (var number = 1; number <= 6; number++)
        {
            Assert.That(await blocks.NextAsync("DAY-1", null, 99_999, default), Is.EqualTo(number));
        }
        for (var i = 0; i < 10_001; i++)
        {
            await blocks.NextAsync("S" + i, null, 99_999, default);
        }

        Assert.That(
            await blocks.NextAsync("DAY-1", null, 99_999, default),
            Is.EqualTo(1 + 4 + 16 + 1),
            "the third block was forgotten with its rest"
        );
    }

    [Test]
    public async Task Next_StoreFailsOnce_NextCallerIsServed()
    {
        var store = new Sequences { Fails = true };
        var blocks = new SequenceBlocks(store);
        Assert.That(async () => await blocks.NextAsync("S", null, 99, default), Throws.InvalidOperationException);
        store.Fails = false;

        Assert.That(
            await blocks.NextAsync("S", null, 99, default).AsTask().WaitAsync(TimeSpan.FromSeconds(5)),
            Is.EqualTo(1)
        );
    }

    private sealed class Sequences : ISequenceStore
    {
        private readonly ConcurrentDictionary<string, long> _next = new();

        public ConcurrentQueue<int> Sizes { get; } = new();

        public int Calls => Sizes.Count;

        public bool Fails { get; set; }

        public async Task<long> ReserveAsync(
            string scope,
            DateOnly? day,
            int count,
            CancellationToken cancellationToken
        )
        {
            await Task.Yield();
            if (Fails)
            {
                throw new InvalidOperationException("no store");
            }
            Sizes.Enqueue(count);
            return _next.AddOrUpdate(scope, 1 + count, (_, next) => next + count) - count;
        }
    }
}
