using System.Diagnostics;
using IdResolution.Core.Leases;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every lease store does.</summary>
public abstract class LeaseStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Test]
    public async Task TakeAsync_HeldByAnother_IsRefusedUntilReleased()
    {
        var held = await TakeAsync("one", s_long);

        Assert.That(held, Is.EqualTo(new Lease("work", "one", 1)));
        Assert.That(await TakeAsync("two", s_long, OpenAgain()), Is.Null);
        Assert.That(
            await Ports.Leases.TakeAsync("other work", "two", s_long, CancellationToken.None).Soon(),
            Is.Not.Null,
            "leases do not share"
        );
        await Ports.Leases.ReleaseAsync(held!, CancellationToken.None).Soon();
        Assert.That(await TakeAsync("two", s_long), Is.EqualTo(new Lease("work", "two", 2)));
    }

    [Test]
    public async Task TakeAsync_ByTheHolder_RenewsUnderTheSameToken()
    {
        // Longer than a session takes that a server makes for it; the time is the server's own, so that it must pass.
        var life = TimeSpan.FromSeconds(3);
        await TakeAsync("one", life);
        var began = Stopwatch.StartNew();

        Assert.That(await TakeAsync("one", s_long), Is.EqualTo(new Lease("work", "one", 1)));
        Assert.That(() => began.Elapsed > life, Is.True.After(10_000, 50));
        Assert.That(await TakeAsync("two", s_long), Is.Null, "the renewal counts");
    }

    [Test]
    public async Task TakeAsync_RunOut_IsTakenOverUnderAGreaterToken()
    {
        var old = await TakeAsync("one", TimeSpan.FromMilliseconds(100));

        Lease? taken = null;
        Assert.That(
            () => (taken = TakeAsync("two", s_long).GetAwaiter().GetResult()) is not null,
            Is.True.After(5_000, 50)
        );
        Assert.That(taken!.Token, Is.GreaterThan(old!.Token));
        await Ports.Leases.ReleaseAsync(old, CancellationToken.None).Soon();
        Assert.That(await TakeAsync("one", s_long), Is.Null, "who lost it cannot give it away");
    }

    [Test]
    public async Task TakeAsync_ManyAtOnce_OneHoldsIt()
    {
        var other = OpenAgain();

        var taken = await Task.WhenAll(
                Enumerable
                    .Range(0, 20)
                    .Select(i => Task.Run(() => TakeAsync($"node {i}", s_long, i % 2 == 0 ? Ports : other)))
            )
            .Soon();

        Assert.That(taken.Count(l => l is not null), Is.EqualTo(1));
    }

    private Task<Lease?> TakeAsync(string holder, TimeSpan life, Ports? ports = null) =>
        (ports ?? Ports).Leases.TakeAsync("work", holder, life, CancellationToken.None).Soon();
}
