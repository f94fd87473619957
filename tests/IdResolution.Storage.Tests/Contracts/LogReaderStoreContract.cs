using IdResolution.Core.ChangeLog;
using IdResolution.Core.Leases;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every store of cursors and dead letters does.</summary>
public abstract class LogReaderStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const string Reader = "work";

    [Test]
    public async Task MoveAsync_ReaderThatNeverMoved_StandsAtTheBeginning()
    {
        Assert.That(await CursorAsync(), Is.Zero);
        Assert.That(await Ports.Readers.ListAsync(CancellationToken.None), Is.Empty);

        var lease = await HoldAsync();

        Assert.That(await MoveAsync(lease, 0, 7), Is.True);
        Assert.That(await MoveAsync(lease, 7, 9), Is.True);
        Assert.That(await CursorAsync(), Is.EqualTo(9));
        Assert.That(await CursorAsync("Work"), Is.Zero, "readers do not share");
        Assert.That(await StatesAsync(), Is.EqualTo(new[] { new LogReaderState(Reader, 9, 0) }));
    }

    [Test]
    public async Task MoveAsync_CursorMovedByAnother_ChangesNothing()
    {
        var lease = await HoldAsync();
        await MoveAsync(lease, 0, 5);

        Assert.That(await MoveAsync(lease, 0, 6), Is.False);
        Assert.That(await SetAsideAsync(lease, 0, 6), Is.False);
        Assert.That(await StatesAsync(), Is.EqualTo(new[] { new LogReaderState(Reader, 5, 0) }));
    }

    [Test]
    public async Task MoveAsync_LeaseTakenOver_ChangesNothing()
    {
        var old = await HoldAsync();
        await Ports.Leases.ReleaseAsync(old, CancellationToken.None).Soon();
        var other = OpenAgain();
        var current = await HoldAsync("two", other);

        Assert.That(await MoveAsync(old, 0, 5), Is.False);
        Assert.That(await SetAsideAsync(old, 0, 5), Is.False);
        Assert.That(await CursorAsync(), Is.Zero);
        Assert.That(await LettersAsync(), Is.Empty);
        Assert.That(await MoveAsync(current, 0, 5), Is.True);
        Assert.That(await CursorAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task SetAsideAsync_Entry_IsKeptAndTheCursorIsBehindIt()
    {
        var lease = await HoldAsync();
        await MoveAsync(lease, 0, 5);

        Assert.That(await SetAsideAsync(lease, 5, 6, new string('界', DeadLetter.MaxReason)), Is.True);
        Assert.That(await SetAsideAsync(lease, 6, 7, "缺少 template "), Is.True);

        Assert.That(await StatesAsync(), Is.EqualTo(new[] { new LogReaderState(Reader, 7, 2) }));
        Assert.That(
            await LettersAsync(),
            Is.EqualTo(
                new[]
                {
                    new DeadLetter(Reader, 6, new string('界', DeadLetter.MaxReason), 1_006),
                    new DeadLetter(Reader, 7, "缺少 template ", 1_007),
                }
            )
        );
        Assert.That((await LettersAsync(limit: 1)).Select(l => l.Sequence), Is.EqualTo(new[] { 6 }));
        Assert.That(await LettersAsync("other"), Is.Empty);
    }

    [Test]
    public async Task RestartAsync_BackAndAhead_SetsTheCursorAndForgetsDeadLetters()
    {
        var lease = await HoldAsync();
        await SetAsideAsync(lease, 0, 6);

        await Ports.Readers.RestartAsync(Reader, 3, CancellationToken.None).Soon();

        Assert.That(await StatesAsync(), Is.EqualTo(new[] { new LogReaderState(Reader, 3, 0) }));
        Assert.That(await MoveAsync(lease, 6, 7), Is.False, "what was read meanwhile is not taken");
        Assert.That(await MoveAsync(lease, 3, 5), Is.True);
        Assert.That(await SetAsideAsync(lease, 5, 6), Is.True, "as often as it is tried");
        await Ports.Readers.RestartAsync(Reader, 100, CancellationToken.None).Soon();
        Assert.That(await CursorAsync(), Is.EqualTo(100));
        await Ports.Readers.RestartAsync("new", 2, CancellationToken.None).Soon();
        Assert.That(await CursorAsync("new"), Is.EqualTo(2), "one that never moved, too");
    }

    [Test]
    public async Task SetAsideAsync_LetterAlreadyThere_MovesAllTheSame()
    {
        var lease = await HoldAsync();
        await SetAsideAsync(lease, 0, 6);
        var other = await HoldAsync(name: "other");
        await Ports
            .Readers.SetAsideAsync(
                new LogMove(other, "other", 0, 6),
                new DeadLetter("other", 6, "of another reader", 1),
                CancellationToken.None
            )
            .Soon();

        Assert.That((await LettersAsync()).Count, Is.EqualTo(1));
        Assert.That((await LettersAsync("other")).Single().Reason, Is.EqualTo("of another reader"));
        Assert.That(
            await StatesAsync(),
            Is.EqualTo(new[] { new LogReaderState("other", 6, 1), new LogReaderState(Reader, 6, 1) })
        );
    }

    [Test]
    public async Task MoveAsync_TwoNodesAtOnce_OneMakesEachMove()
    {
        var other = OpenAgain();
        var lease = await HoldAsync();

        var moves = await Task.WhenAll(
                new[] { Ports, other }.Select(ports =>
                    Task.Run(async () =>
                    {
                        var made = 0;
                        long cursor;
                        while ((cursor = await ports.Readers.CursorAsync(Reader, CancellationToken.None)) < 50)
                        {
                            var move = new LogMove(lease, Reader, cursor, cursor + 1);
                            made += await ports.Readers.MoveAsync(move, CancellationToken.None) ? 1 : 0;
                        }
                        return made;
                    })
                )
            )
            .Soon();

        Assert.That(moves.Sum(), Is.EqualTo(50));
    }

    private async Task<Lease> HoldAsync(string holder = "one", Ports? ports = null, string name = Reader) =>
        (
            await (ports ?? Ports)
                .Leases.TakeAsync(name, holder, TimeSpan.FromMinutes(1), CancellationToken.None)
                .Soon()
        )!;

    private Task<bool> MoveAsync(Lease lease, long from, long to) =>
        Ports.Readers.MoveAsync(new LogMove(lease, Reader, from, to), CancellationToken.None).Soon();

    private Task<bool> SetAsideAsync(Lease lease, long from, long to, string reason = "it is broken") =>
        Ports
            .Readers.SetAsideAsync(
                new LogMove(lease, Reader, from, to),
                new DeadLetter(Reader, to, reason, 1_000 + to),
                CancellationToken.None
            )
            .Soon();

    private async Task<long> CursorAsync(string name = Reader) =>
        await Ports.Readers.CursorAsync(name, CancellationToken.None);

    private async Task<IReadOnlyList<LogReaderState>> StatesAsync() =>
        await Ports.Readers.ListAsync(CancellationToken.None);

    private async Task<IReadOnlyList<DeadLetter>> LettersAsync(string name = Reader, int limit = 100) =>
        await Ports.Readers.DeadLettersAsync(name, limit, CancellationToken.None);
}
