using System.Security.Cryptography;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every change log keeps.</summary>
public abstract class ChangeLogContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [Test]
    public async Task HeadAsync_EmptyLog_IsZero()
    {
        Assert.That(await Ports.Log.HeadAsync(CancellationToken.None), Is.Zero);
        Assert.That(await Ports.Log.ReadAsync(0, 10, CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task LookAsync_GivesTheHeadAndTheLeavesOfTwoEntries()
    {
        var empty = await Ports.Log.LookAsync(0, CancellationToken.None);
        await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await WriteDoneAsync(RecordWrites.Registration("88.1/B"));
        var leaves = (await Ports.Log.ReadAsync(0, 10, CancellationToken.None)).Select(c => c.Leaf).ToList();

        var look = await Ports.Log.LookAsync(1, CancellationToken.None);

        Assert.That((empty.Head, empty.HeadLeaf, empty.KnownLeaf), Is.EqualTo((0L, (byte[]?)null, (byte[]?)null)));
        Assert.That((look.Head, look.HeadLeaf, look.KnownLeaf), Is.EqualTo((2L, leaves[1], leaves[0])));
        Assert.That((await Ports.Log.LookAsync(3, CancellationToken.None)).KnownLeaf, Is.Null);
    }

    [Test]
    public async Task ReadAsync_RecordsAndDocuments_AreTheEntriesInOrder()
    {
        var record = await WriteDoneAsync(RecordWrites.Registration("88.1/A", "x") with { Actor = 7 });
        var document = (
            await Ports
                .Documents.WriteAsync([Documents.Write(LogKind.Configuration, "rule:a", "{}")], CancellationToken.None)
                .Soon()
        ).Value[0];
        var revoked = await WriteDoneAsync(RecordWrites.Change(record, LogOperation.Revoke));

        var changes = await Ports.Log.ReadAsync(0, 10, CancellationToken.None);

        Assert.That(changes.Select(c => c.Sequence), Is.EqualTo(new long[] { 1, 2, 3 }));
        Assert.That(
            changes[0].Body,
            Is.EqualTo(new LogBody(LogKind.Record, LogOperation.Create, record.Object, 1, RecordWrites.Time, 7))
        );
        Assert.That((changes[0].Key, changes[0].Code), Is.EqualTo((record.Key, (string?)null)));
        Assert.That(
            (changes[1].Body.Kind, changes[1].Body.Object, changes[1].Code),
            Is.EqualTo((LogKind.Configuration, document.Object, "rule:a"))
        );
        Assert.That(changes[1].Key.Bytes, Is.Empty);
        Assert.That((changes[2].Body.Operation, changes[2].Body.Version), Is.EqualTo((LogOperation.Revoke, 2)));
        Assert.That(changes[2].State, Is.EqualTo(revoked.State));
        Assert.That(document.Object, Is.Not.EqualTo(record.Object), "objects of all kinds share their numbers");
    }

    [Test]
    public async Task ReadAsync_Leaf_IsTheHashOfABodyThatCommitsToTheState()
    {
        var write = RecordWrites.Registration("88.1/A", "x", "mes", "K1", "mea") with { Actor = 3 };
        var record = await WriteDoneAsync(write);

        var change = (await Ports.Log.ReadAsync(0, 10, CancellationToken.None))[0];

        var body = new LogBody(LogKind.Record, LogOperation.Create, record.Object, 1, write.Time, 3).Encode(
            Commitments.Of(write.State)
        );
        Assert.That(change.Leaf, Is.EqualTo(SHA256.HashData([0, .. body])));
        Assert.That(change.State, Is.EqualTo(write.State));
    }

    [Test]
    public async Task ReadAsync_FromACursor_GivesTheNextEntriesUpToTheLimit()
    {
        await Ports
            .Records.WriteAsync(
                [.. Enumerable.Range(0, 10).Select(i => RecordWrites.Registration($"88.1/{i}"))],
                CancellationToken.None
            )
            .Soon();

        Assert.That(
            (await Ports.Log.ReadAsync(4, 3, CancellationToken.None)).Select(c => c.Sequence),
            Is.EqualTo(new long[] { 5, 6, 7 })
        );
        Assert.That(await Ports.Log.ReadAsync(10, 3, CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task ReadAsync_LargeEntries_EndsPagesEarlyAndMissesNone()
    {
        foreach (var mebibytes in new[] { 1, 1, 2, 1, 0, 6, 0, 1 })
        {
            await WriteDoneAsync(RecordWrites.Registration($"88.1/{Guid.NewGuid()}", new string('x', mebibytes << 20)));
        }
        var pages = new List<(string Sequences, bool IsFull)>();
        for (var after = 0L; pages.Count == 0 || pages[^1].IsFull; )
        {
            var page = await Ports.Log.ReadAsync(after, 100, CancellationToken.None);
            pages.Add((string.Join(' ', page.Select(c => c.Sequence)), page.IsFull));
            after = page[^1].Sequence;
        }

        Assert.That(pages, Is.EqualTo(new[] { ("1 2 3", true), ("4 5 6", true), ("7 8", false) }));
        Assert.That((await Ports.Log.ReadAsync(0, 2, CancellationToken.None)).IsFull, Is.True, "by number");
        Assert.That((await Ports.Log.ReadAsync(6, 2, CancellationToken.None)).IsFull, Is.True, "by number, at the end");
        Assert.That((await Ports.Log.ReadAsync(8, 2, CancellationToken.None)).IsFull, Is.False);
    }

    [Test]
    public async Task ReadKeysAsync_FromACursor_GivesTheKeysOfRecordsAndNoneForOthers()
    {
        var first = await WriteDoneAsync(RecordWrites.Registration("88.1/A"));
        await Ports
            .Documents.WriteAsync([Documents.Write(LogKind.Configuration, "rule:a", "{}")], CancellationToken.None)
            .Soon();
        await WriteDoneAsync(RecordWrites.Change(first, LogOperation.Update));
        await WriteDoneAsync(RecordWrites.Registration("88.1/B"));

        var keys = await Ports.Log.ReadKeysAsync(1, 2, CancellationToken.None);

        Assert.That(keys, Is.EqualTo(new[] { new ChangedKey(2, default), new ChangedKey(3, first.Key) }));
        Assert.That(await Ports.Log.ReadKeysAsync(4, 2, CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task WriteAsync_FromTwoNodesWith32Writers_KeepsTheLogContiguousForEveryReader()
    {
        const int Writers = 32,
            Each = 40;
        var other = OpenAgain();
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() => FollowAsync(other.Log, stop.Token));

        var results = await Task.WhenAll(
                Enumerable
                    .Range(0, Writers)
                    .Select(writer =>
                        Task.Run(async () =>
                        {
                            var records = writer % 2 == 0 ? Ports.Records : other.Records;
                            var written = new List<RecordWriteResult>();
                            for (var i = 0; i < Each; i++)
                            {
                                written.AddRange(
                                    await records.WriteAsync(
                                        [RecordWrites.Registration($"88.1/{writer}-{i}", $"{writer}-{i}")],
                                        CancellationToken.None
                                    )
                                );
                            }
                            return written;
                        })
                    )
            )
            .Soon();
        await stop.CancelAsync();
        var followed = await reader.Soon();

        var all = results.SelectMany(r => r).ToList();
        Assert.That(all.Select(r => r.Outcome), Is.All.EqualTo(WriteOutcome.Created));
        Assert.That(
            all.Select(r => r.Record!.Sequence).Order(),
            Is.EqualTo(Enumerable.Range(1, Writers * Each)),
            "each number once, none missing"
        );
        Assert.That(all.Select(r => r.Record!.Object).Distinct().Count(), Is.EqualTo(Writers * Each));
        Assert.That(
            followed,
            Is.EqualTo(Enumerable.Range(1, followed.Count)),
            "a reader sees no number after a greater one"
        );
        var log = await Ports.Log.ReadAsync(0, int.MaxValue, CancellationToken.None);
        foreach (var result in all)
        {
            var change = log[(int)result.Record!.Sequence - 1];
            Assert.That(
                (change.Sequence, change.Body.Object, change.Key),
                Is.EqualTo((result.Record.Sequence, result.Record.Object, result.Record.Key))
            );
            Assert.That(change.State, Is.EqualTo(result.Record.State));
        }
    }

    [Test]
    public async Task WriteAsync_SameRegistrationFromTwoNodesAtOnce_IsOneRecord()
    {
        var other = OpenAgain();
        for (var round = 0; round < 20; round++)
        {
            var write = RecordWrites.Registration($"88.1/{round}", "x", "mes", $"K{round}");

            var results = await Task.WhenAll(
                    Task.Run(() => Ports.Records.WriteAsync([write], CancellationToken.None)),
                    Task.Run(() => other.Records.WriteAsync([write], CancellationToken.None))
                )
                .Soon();

            Assert.That(
                results.Select(r => r[0].Outcome),
                Is.EquivalentTo(new[] { WriteOutcome.Created, WriteOutcome.Same })
            );
            Assert.That(results[0][0].Record!.Object, Is.EqualTo(results[1][0].Record!.Object));
        }
    }

    private static async Task<List<long>> FollowAsync(IChangeLog log, CancellationToken stop)
    {
        var seen = new List<long>();
        do
        {
            var head = await log.HeadAsync(CancellationToken.None);
            var page = await log.ReadAsync(seen.Count == 0 ? 0 : seen[^1], 1_000, CancellationToken.None);
            seen.AddRange(page.Select(c => c.Sequence));
            Assert.That(
                seen.Count == 0 ? 0 : seen[^1],
                Is.GreaterThanOrEqualTo(head),
                "what the head says can be read"
            );
            await Task.Yield();
        } while (!stop.IsCancellationRequested);
        return seen;
    }
}
