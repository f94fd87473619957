using IdResolution.Core.ChangeLog;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Upstream;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every store of letters of the secondary node does.</summary>
public abstract class UpstreamStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const string Reader = UpstreamReader.ReaderName;

    [Test]
    public async Task LettersAsync_Added_AreReadInOrderWithTheirRecords()
    {
        var records = await RegisterAsync(3);
        Assert.That(await LettersAsync(), Is.Empty);

        await ChangeAsync(added: [Letter(records[2], "模板不存在 "), Letter(records[0])], due: [Letter(records[1])]);

        Assert.That(
            await LettersAsync(),
            Is.EqualTo(
                new[]
                {
                    Expected(records[0], "refused"),
                    Expected(records[1], "refused", isDue: true),
                    Expected(records[2], "模板不存在 "),
                }
            )
        );
        Assert.That(
            await LettersAsync(isDue: false),
            Is.EqualTo(new[] { Expected(records[0], "refused"), Expected(records[2], "模板不存在 ") })
        );
        Assert.That(await LettersAsync(isDue: true), Is.EqualTo(new[] { Expected(records[1], "refused", true) }));
        Assert.That(
            (await LettersAsync(records[0].Sequence, limit: 1)).Select(l => l.Sequence),
            Is.EqualTo(new[] { records[1].Sequence })
        );
        Assert.That(await LettersAsync(records[2].Sequence), Is.Empty);
    }

    [Test]
    public async Task LettersAsync_RecordChangedSince_NamesTheSameRecord()
    {
        var record = (await RegisterAsync(1))[0];
        await ChangeAsync(added: [Letter(record)]);

        var revoked = await WriteDoneAsync(RecordWrites.Change(record, LogOperation.Revoke));

        Assert.That(revoked.Sequence, Is.GreaterThan(record.Sequence));
        Assert.That(await LettersAsync(), Is.EqualTo(new[] { Expected(record, "refused") }));
    }

    [Test]
    public async Task WriteAsync_Erase_AlsoTakesTheReasonsOfTheRecordsLetters()
    {
        var records = await RegisterAsync(2);
        var changed = await WriteDoneAsync(RecordWrites.Change(records[0], LogOperation.Update, "secret"));
        await ChangeAsync(
            added: [Letter(records[0], "'secret' is not taken"), Letter(records[1], "kept")],
            due: [Letter(changed, "'secret' is not taken")]
        );

        await WriteDoneAsync(
            RecordWrites.Change(changed, LogOperation.Erase) with
            {
                Erased = [RecordWrites.ContentCode],
            }
        );

        Assert.That(
            await LettersAsync(),
            Is.EqualTo(
                new[]
                {
                    Expected(records[0], DeadLetter.ErasedReason),
                    Expected(records[1], "kept"),
                    Expected(changed, DeadLetter.ErasedReason, isDue: true),
                }
            )
        );
    }

    [Test]
    public async Task LettersAsync_OfOtherReaders_AreNotRead()
    {
        var record = (await RegisterAsync(1))[0];
        var lease = await HoldAsync("other");
        await Ports
            .Readers.SetAsideAsync(
                new LogMove(lease, "other", 0, record.Sequence),
                new DeadLetter("other", record.Sequence, "broken", 1),
                CancellationToken.None
            )
            .Soon();

        Assert.That((await LettersAsync(), await CountAsync()), Is.EqualTo((Array.Empty<UpstreamLetter>(), (0L, 0L))));
        Assert.That(await RetryAsync(null), Is.Zero);
    }

    [Test]
    public async Task ChangeAsync_AddedAnew_HasTheNewReasonAndState()
    {
        var record = (await RegisterAsync(1))[0];
        await ChangeAsync(due: [Letter(record, "differs")]);

        await ChangeAsync(added: [Letter(record, "refused too")]);
        Assert.That(await LettersAsync(), Is.EqualTo(new[] { Expected(record, "refused too") }));

        await ChangeAsync(due: [Letter(record, "differs again")]);
        Assert.That(await LettersAsync(), Is.EqualTo(new[] { Expected(record, "differs again", isDue: true) }));
        Assert.That(await CountAsync(), Is.EqualTo((0L, 1L)), "an entry has one letter");
    }

    [Test]
    public async Task ChangeAsync_Ended_AreGoneAndCounted()
    {
        var records = await RegisterAsync(4);
        await ChangeAsync(added: [Letter(records[0]), Letter(records[1])], due: [Letter(records[2])]);
        Assert.That(await CountAsync(), Is.EqualTo((2L, 1L)));

        var ended = await ChangeAsync(ended: [records[0].Sequence, records[2].Sequence, records[3].Sequence, 9_999]);

        Assert.That(ended, Is.EqualTo(2), "of those that were there");
        Assert.That(await CountAsync(), Is.EqualTo((1L, 0L)));
        Assert.That((await LettersAsync()).Select(l => l.Sequence), Is.EqualTo(new[] { records[1].Sequence }));
    }

    [Test]
    public async Task ChangeAsync_EndedAndAddedAtOnce_IsThereAnew()
    {
        var record = (await RegisterAsync(1))[0];
        await ChangeAsync(due: [Letter(record)]);

        await ChangeAsync(added: [Letter(record, "still refused")], ended: [record.Sequence]);

        Assert.That(await LettersAsync(), Is.EqualTo(new[] { Expected(record, "still refused") }));
    }

    [Test]
    public async Task RetryAsync_SomeOrAll_AreDue()
    {
        var records = await RegisterAsync(3);
        await ChangeAsync(added: [.. records.Select(r => Letter(r))]);

        Assert.That(await RetryAsync([records[1].Sequence, 9_999]), Is.EqualTo(1));
        Assert.That(await RetryAsync([records[1].Sequence]), Is.Zero, "it is due already");
        Assert.That(await CountAsync(), Is.EqualTo((2L, 1L)));
        Assert.That(await RetryAsync([]), Is.Zero);
        Assert.That(await RetryAsync(null), Is.EqualTo(2), "all that wait");

        Assert.That((await LettersAsync(isDue: true)).Count, Is.EqualTo(3));
        Assert.That(await CountAsync(), Is.EqualTo((0L, 3L)));
    }

    [Test]
    public async Task MoveAsync_WithLetters_MovesAndChangesThemTogether()
    {
        var records = await RegisterAsync(3);
        await ChangeAsync(added: [Letter(records[0])]);
        var lease = await HoldAsync(Reader);

        var moved = await MoveAsync(lease, 0, 3, new LetterChange([Letter(records[1])], [], [records[0].Sequence]));

        Assert.That(moved, Is.True);
        Assert.That(await CursorAsync(), Is.EqualTo(3));
        Assert.That(await LettersAsync(), Is.EqualTo(new[] { Expected(records[1], "refused") }));
        Assert.That(
            (await Ports.Readers.ListAsync(CancellationToken.None)).Single(),
            Is.EqualTo(new LogReaderState(Reader, 3, 1)),
            "those that wait are its dead letters"
        );
    }

    [Test]
    public async Task MoveAsync_Refused_ChangesNothing()
    {
        var records = await RegisterAsync(2);
        await ChangeAsync(added: [Letter(records[0])]);
        var old = await HoldAsync(Reader);
        var letters = new LetterChange([Letter(records[1])], [Letter(records[1])], [records[0].Sequence]);

        Assert.That(await MoveAsync(old, 1, 2, letters), Is.False, "the cursor is elsewhere");
        await Ports.Leases.ReleaseAsync(old, CancellationToken.None).Soon();
        await HoldAsync(Reader, "two");
        Assert.That(await MoveAsync(old, 0, 2, letters), Is.False, "another node holds the lease");

        Assert.That(await CursorAsync(), Is.Zero);
        Assert.That(await LettersAsync(), Is.EqualTo(new[] { Expected(records[0], "refused") }));
    }

    [Test]
    public async Task RecordsAsync_Pages_HaveAllRecordsTombstonesIncluded()
    {
        await Ports.Documents.WriteAsync([Documents.Write(LogKind.Configuration, "c", "{}")], CancellationToken.None);
        var records = await RegisterAsync(5);
        var revoked = await WriteDoneAsync(RecordWrites.Change(records[1], LogOperation.Revoke));
        var changed = await WriteDoneAsync(RecordWrites.Change(records[3], LogOperation.Update, "new"));

        var all = new List<StoredRecord>();
        while (await RecordsAsync(all.Count == 0 ? 0 : all[^1].Object, 2) is { Count: > 0 } page)
        {
            all.AddRange(page);
        }

        StoredRecord[] expected = [records[0], revoked, records[2], changed, records[4]];
        Assert.That(
            all.Select(r => (r.Object, r.Sequence, r.Version, r.Key, Convert.ToHexString(r.State))),
            Is.EqualTo(expected.Select(r => (r.Object, r.Sequence, r.Version, r.Key, Convert.ToHexString(r.State))))
        );
        Assert.That(RecordState.IsRevoked(all[1].State), Is.True);
    }

    private async Task<List<StoredRecord>> RegisterAsync(int count)
    {
        var records = new List<StoredRecord>();
        for (var i = 0; i < count; i++)
        {
            records.Add(await WriteDoneAsync(RecordWrites.Registration($"88.1/r{i}")));
        }
        return records;
    }

    private static DeadLetter Letter(StoredRecord record, string reason = "refused") =>
        new(Reader, record.Sequence, reason, 1_000 + record.Sequence);

    private static UpstreamLetter Expected(StoredRecord record, string reason, bool isDue = false) =>
        new(record.Sequence, record.Object, record.Key, reason, 1_000 + record.Sequence, isDue);

    private async Task<Lease> HoldAsync(string name, string holder = "one") =>
        (await Ports.Leases.TakeAsync(name, holder, TimeSpan.FromMinutes(1), CancellationToken.None).Soon())!;

    private async Task<IReadOnlyList<UpstreamLetter>> LettersAsync(
        long after = 0,
        bool? isDue = null,
        int limit = 100
    ) => await Ports.Store.Upstream.LettersAsync(after, isDue, limit, CancellationToken.None);

    private async Task<(long, long)> CountAsync()
    {
        var count = await Ports.Store.Upstream.CountAsync(CancellationToken.None);
        Assert.That(count.Sum, Is.EqualTo((await LettersAsync()).Sum(l => l.Sequence)));
        return (count.Waiting, count.Due);
    }

    private Task<int> ChangeAsync(DeadLetter[]? added = null, DeadLetter[]? due = null, long[]? ended = null) =>
        Ports
            .Store.Upstream.ChangeAsync(new LetterChange(added ?? [], due ?? [], ended ?? []), CancellationToken.None)
            .Soon();

    private Task<int> RetryAsync(IReadOnlyList<long>? sequences) =>
        Ports.Store.Upstream.RetryAsync(sequences, CancellationToken.None).Soon();

    private Task<bool> MoveAsync(Lease lease, long from, long to, LetterChange letters) =>
        Ports.Store.Upstream.MoveAsync(new LogMove(lease, Reader, from, to), letters, CancellationToken.None).Soon();

    private async Task<long> CursorAsync() => await Ports.Readers.CursorAsync(Reader, CancellationToken.None);

    private async Task<StatePage<StoredRecord>> RecordsAsync(long after, int limit) =>
        await Ports.Store.Upstream.RecordsAsync(after, limit, CancellationToken.None);
}
