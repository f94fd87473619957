using IdResolution.Core.Access;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every audit store does.</summary>
public abstract class AuditStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [Test]
    public async Task ReadAsync_NothingWritten_IsEmpty() =>
        Assert.That(await Ports.Audit.ReadAsync(0, 10, CancellationToken.None), Is.Empty);

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
            ))
            .ToList();
        await Ports.Audit.AppendAsync(events.GetRange(0, 4), CancellationToken.None).Soon();
        await Ports.Audit.AppendAsync(events.GetRange(4, 3), CancellationToken.None).Soon();

        var read = new List<AuditEvent>();
        while (
            await Ports.Audit.ReadAsync(read.Count == 0 ? 0 : read[^1].Id, 3, CancellationToken.None)
                is { Count: > 0 } page
        )
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(3));
            read.AddRange(page);
        }

        Assert.That(read.Select(e => e with { Id = 0 }), Is.EqualTo(Enumerable.Reverse(events)));
        Assert.That(read.Select(e => e.Id), Is.Ordered.Descending);
    }
}
