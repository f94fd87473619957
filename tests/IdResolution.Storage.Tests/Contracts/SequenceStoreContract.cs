namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every sequence store does.</summary>
public abstract class SequenceStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [Test]
    public async Task ReserveAsync_NewScope_BeginsAtOneAndGoesOn()
    {
        Assert.That(
            await Ports.Sequences.ReserveAsync("MEA-260301-", null, 5, CancellationToken.None).Soon(),
            Is.EqualTo(1)
        );
        Assert.That(
            await Ports.Sequences.ReserveAsync("MEA-260301-", null, 1, CancellationToken.None).Soon(),
            Is.EqualTo(6)
        );
        Assert.That(
            await Ports.Sequences.ReserveAsync("MEA-260301-", null, 3, CancellationToken.None).Soon(),
            Is.EqualTo(7)
        );
        Assert.That(
            await Ports.Sequences.ReserveAsync("MEA-260302-", null, 1, CancellationToken.None).Soon(),
            Is.EqualTo(1),
            "scopes do not share"
        );
    }

    [Test]
    public async Task ReserveAsync_ManyCallersOnTwoNodes_BlocksNeverOverlap()
    {
        var other = OpenAgain();

        var blocks = await Task.WhenAll(
                Enumerable
                    .Range(0, 200)
                    .Select(i =>
                        Task.Run(async () =>
                        {
                            var count = (i % 7) + 1;
                            var first = await (i % 2 == 0 ? Ports : other).Sequences.ReserveAsync(
                                "S",
                                null,
                                count,
                                CancellationToken.None
                            );
                            return Enumerable.Range((int)first, count);
                        })
                    )
            )
            .Soon();

        Assert.That(blocks.SelectMany(b => b).Order(), Is.EqualTo(Enumerable.Range(1, blocks.Sum(b => b.Count()))));
    }

    [Test]
    public async Task ReserveAsync_OneByOneFromTwoNodes_GivesNoNumberTwice()
    {
        var other = OpenAgain();

        var numbers = await Task.WhenAll(
                Enumerable
                    .Range(0, 16)
                    .Select(i =>
                        Task.Run(async () =>
                        {
                            var mine = new List<long>();
                            for (var n = 0; n < 50; n++)
                            {
                                mine.Add(
                                    await (i % 2 == 0 ? Ports : other).Sequences.ReserveAsync(
                                        "S",
                                        null,
                                        1,
                                        CancellationToken.None
                                    )
                                );
                            }
                            return mine;
                        })
                    )
            )
            .Soon();

        Assert.That(numbers.SelectMany(n => n).Order(), Is.EqualTo(Enumerable.Range(1, 800)));
    }
}
