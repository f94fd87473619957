using IdResolution.Core.Access;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every audit store does.</summary>
public abstract class AuditStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private static readonly AuditQuery s_all = new();

    [Test]
    public async Task ReadAsync_NothingWritten_IsEmpty()
    {
        Assert.That(await ReadAsync(s_all, 10), Is.Empty);
        Assert.That(await Ports.Audit.FollowAsync(0, 10, CancellationToken.None), Is.Empty);
        Assert.That(await HeadsAsync(), Has.All.Property(nameof(AuditHead.Position)).Zero);
    }

    [Test]
    public async Task ReadAsync_Pages_NewestFirstWithoutGaps()
    {
        var events = Enumerable
            .Range(1, 7)
            .Select(i => new AuditEvent(
                1_000 + i,
                "k1",
                "template.publish",
                $"模板 {i}",
                i % 2 == 0 ? "done" : "Forbidden",
                i
            )
            {
                Kind = i % 2 == 0 ? AuditKind.Act : AuditKind.Denial,
                Source = "2001:db8::/64",
                Trace = new string('a', 32),
                OsUser = "ann (root)",
                Node = "node 1",
            })
            .ToList();
        await AppendAsync([.. events[..4]]);
        await AppendAsync([.. events[4..]]);

        var read = new List<AuditEvent>();
        while (await ReadAsync(new AuditQuery { Before = read.Count == 0 ? 0 : read[^1].Id }, 3) is { Count: > 0 } page)
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(3));
            read.AddRange(page);
        }

        Assert.That(read.Select(e => e with { Id = 0, Link = null }), Is.EqualTo(Enumerable.Reverse(events)));
        Assert.That(read.Select(e => e.Id), Is.EqualTo(Enumerable.Range(1, 7).Reverse()));
        Assert.That(
            (await Ports.Audit.FollowAsync(2, 3, CancellationToken.None)).Select(e => e.Id),
            Is.EqualTo([3, 4, 5])
        );
    }

    [Test]
    public async Task ReadAsync_Conditions_GiveLinesThatFitAll()
    {
        var line = Line(10);
        await AppendAsync(
            line,
            line with
            {
                Time = 20,
            },
            line with
            {
                Caller = "k2",
            },
            line with
            {
                Action = "b",
            },
            line with
            {
                Target = "88.1/Y and more",
            },
            line with
            {
                Outcome = "Forbidden",
            },
            line with
            {
                Source = "192.0.2.2",
            }
        );
        AuditQuery[] queries =
        [
            new() { From = 20 },
            new() { Caller = "k2" },
            new() { Action = "b" },
            new() { Target = "88.1/Y" },
            new() { Outcome = "Forbidden" },
            new() { Source = "192.0.2.2" },
        ];
        for (var i = 0; i < queries.Length; i++)
        {
            Assert.That((await ReadAsync(queries[i], 10)).Select(e => e.Id), Is.EqualTo([i + 2]), $"{queries[i]}");
        }
        Assert.That(await ReadAsync(new AuditQuery { To = 20 }, 10), Has.Count.EqualTo(6));
        Assert.That(await ReadAsync(new AuditQuery { From = 20, Caller = "k2" }, 10), Is.Empty);
    }

    [Test]
    public async Task AppendAsync_Kinds_HaveChainsOfTheirOwn()
    {
        var denial = Line(1) with { Kind = AuditKind.Denial, Outcome = "Forbidden" };
        await AppendAsync(Line(1), denial);
        await AppendAsync(denial, Line(2));

        var lines = await Ports.Audit.FollowAsync(0, 10, CancellationToken.None);
        Assert.That(lines.Select(l => l.Link!.Position), Is.EqualTo([1, 1, 2, 2]));
        Assert.That(lines[2].Link!.Previous, Is.EqualTo(lines[1].Link!.Hash));
        Assert.That(lines[3].Link!.Previous, Is.EqualTo(lines[0].Link!.Hash));
        foreach (var line in lines)
        {
            Assert.That(AuditChain.Hash(line.Link!.Previous, line, line.Link.Position), Is.EqualTo(line.Link.Hash));
        }
        var heads = await HeadsAsync();
        Assert.That(
            heads.Select(h => (h.Kind, h.Position, h.Line, h.Time)),
            Is.EqualTo([(AuditKind.Act, 2, 4, 2), (AuditKind.Denial, 2, 3, 1), (AuditKind.Anonymous, 0, 0, 0)])
        );
        Assert.That(heads[0].Hash, Is.EqualTo(lines[3].Link!.Hash));
        var firsts = await Ports.Audit.FirstsAsync(CancellationToken.None);
        Assert.That(firsts.Select(l => l.Id), Is.EqualTo([1, 2]));
    }

    [Test]
    public async Task AppendAsync_ManyAtOnce_NumbersWithoutGaps()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AppendAsync(Line(i), Line(i)))).Soon();

        var lines = await Ports.Audit.FollowAsync(0, 100, CancellationToken.None);
        Assert.That(lines.Select(l => l.Id), Is.EqualTo(Enumerable.Range(1, 40)));
        Assert.That(lines.Select(l => l.Link!.Position), Is.EqualTo(Enumerable.Range(1, 40)));
        Assert.That(
            lines.Skip(1).Select(l => l.Link!.Previous),
            Is.EqualTo(lines.SkipLast(1).Select(l => l.Link!.Hash))
        );
    }

    [Test]
    public async Task TrimAsync_OldLines_GoFromTheBeginningOfTheirChain()
    {
        await AppendAsync(Line(10), Line(30), Line(20), Line(40));

        await TrimAsync(before: 25, maxLines: 1);

        // The third is old, but between newer ones.
        Assert.That(await IdsAsync(), Is.EqualTo([2, 3, 4]));
        await TrimAsync(before: 100, maxLines: 1);
        await AppendAsync(Line(100));
        var lines = await Ports.Audit.FollowAsync(0, 10, CancellationToken.None);
        Assert.That(lines.Select(l => (l.Id, l.Link!.Position)), Is.EqualTo([(5, 5)]), "the chain goes on");
    }

    [Test]
    public async Task TrimAsync_ManyLines_ActsStay()
    {
        for (var i = 1; i <= 3; i++)
        {
            await AppendAsync(
                Line(i),
                Line(i) with
                {
                    Kind = AuditKind.Denial,
                },
                Line(i) with
                {
                    Kind = AuditKind.Anonymous,
                }
            );
        }

        await TrimAsync(before: 0, maxLines: 2);

        Assert.That(await IdsAsync(), Is.EqualTo([1, 4, 5, 6, 7, 8, 9]));
    }

    [Test]
    public async Task MoveCursorAsync_Again_IsKept()
    {
        Assert.That(await Ports.Audit.FindCursorAsync("audit:x", CancellationToken.None), Is.Null);

        await Ports.Audit.MoveCursorAsync("audit:x", 3, CancellationToken.None).Soon();
        await Ports.Audit.MoveCursorAsync("audit:x", 7, CancellationToken.None).Soon();

        Assert.That(await Ports.Audit.FindCursorAsync("audit:x", CancellationToken.None), Is.EqualTo(7));
        Assert.That(await Ports.Audit.FindCursorAsync("audit:y", CancellationToken.None), Is.Null);
    }

    private static AuditEvent Line(long time) => new(time, "k1", "a", "88.1/X", "done") { Source = "192.0.2.1" };

    private Task AppendAsync(params AuditEvent[] lines) =>
        Ports.Audit.AppendAsync(lines, CancellationToken.None).Soon();

    private async Task<IReadOnlyList<AuditEvent>> ReadAsync(AuditQuery query, int limit) =>
        await Ports.Audit.ReadAsync(query, limit, CancellationToken.None);

    private async Task<IReadOnlyList<AuditHead>> HeadsAsync() => await Ports.Audit.HeadsAsync(CancellationToken.None);

    private Task TrimAsync(long before, long maxLines) =>
        Ports.Audit.TrimAsync(before, maxLines, CancellationToken.None).Soon();

    private async Task<IEnumerable<long>> IdsAsync() =>
        (await Ports.Audit.FollowAsync(0, 100, CancellationToken.None)).Select(l => l.Id);
}
