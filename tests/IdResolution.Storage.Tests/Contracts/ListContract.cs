using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>How every record store lists the identifiers of a prefix.</summary>
public abstract class ListContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [Test]
    public async Task ListAsync_Prefix_ListsItsActiveRecordsByKeyInTheSpellingGiven()
    {
        foreach (
            var identifier in new[]
            {
                "88.1/b",
                "88.1/C",
                "88.1/a/1",
                "88.1/A",
                "88.1/膜",
                "88.1/~",
                "88.10/a",
                "88.1.1/a",
                "88/a",
                "0.NA/88.1",
            }
        )
        {
            await WriteDoneAsync(RecordWrites.Registration(identifier));
        }
        var nested = (await Ports.Records.FindAsync(LookupKey.Of("88.1/a/1"), CancellationToken.None))
            .Record!
            .CreatedAt;
        var revoked = await WriteDoneAsync(RecordWrites.Registration("88.1/B1"));
        await WriteDoneAsync(RecordWrites.Change(revoked, LogOperation.Revoke));

        Assert.That(
            await ListAsync("88.1/"),
            Is.EqualTo(new[] { "88.1/A", "88.1/a/1", "88.1/b", "88.1/C", "88.1/~", "88.1/膜" })
        );
        Assert.That(await CountAsync("88.1/"), Is.EqualTo(6));
        Assert.That(await NewestAsync("88.1/a/"), Is.EqualTo(nested));
        Assert.That(await NewestAsync("88.1/"), Is.GreaterThanOrEqualTo(nested));
        Assert.That(await NewestAsync("99.1/"), Is.Null);
        Assert.That(await ListAsync("88.1/a/"), Is.EqualTo(new[] { "88.1/a/1" }));
        Assert.That(await ListAsync("0.NA/"), Is.EqualTo(new[] { "0.NA/88.1" }));
        Assert.That((await ListAsync("99.1/"), await CountAsync("99.1/")), Is.EqualTo((Array.Empty<string>(), 0L)));
    }

    [Test]
    public async Task ListAsync_Pages_NeitherSkipNorRepeat()
    {
        for (var i = 0; i < 25; i++)
        {
            await WriteDoneAsync(RecordWrites.Registration($"88.1/{i:d3}"));
        }
        var all = new List<string>();
        LookupKey? after = null;
        while (true)
        {
            var page = await Ports.Records.ListAsync(LookupKey.Of("88.1/"), after, 10, CancellationToken.None);
            all.AddRange(page.Select(l => l.Identifier));
            if (page.Count < 10)
            {
                break;
            }
            after = page[^1].Key;
            // What comes and goes meanwhile moves nothing else.
            await WriteDoneAsync(RecordWrites.Registration($"88.1/000-{all.Count}"));
        }

        Assert.That(all, Is.EqualTo(Enumerable.Range(0, 25).Select(i => $"88.1/{i:d3}")));
        Assert.That(
            await Ports.Records.ListAsync(LookupKey.Of("88.1/"), LookupKey.Of("88.1/024"), 10, CancellationToken.None),
            Is.Empty
        );
    }

    [Test]
    public async Task ListAsync_ReinstatedByAChange_IsListedAgain()
    {
        var record = await WriteDoneAsync(RecordWrites.Registration("88.1/a"));
        record = await WriteDoneAsync(RecordWrites.Change(record, LogOperation.Revoke));
        Assert.That(await ListAsync("88.1/"), Is.Empty);

        await WriteDoneAsync(RecordWrites.Change(record, LogOperation.Reinstate));

        Assert.That(await ListAsync("88.1/"), Is.EqualTo(new[] { "88.1/a" }));
    }

    private async Task<string[]> ListAsync(string beginning) =>
        [
            .. (await Ports.Records.ListAsync(LookupKey.Of(beginning), null, 100, CancellationToken.None)).Select(l =>
                l.Identifier
            ),
        ];

    private async Task<long?> NewestAsync(string beginning) =>
        await Ports.Records.NewestAsync(LookupKey.Of(beginning), CancellationToken.None);

    private async Task<long> CountAsync(string beginning) =>
        await Ports.Records.CountAsync(LookupKey.Of(beginning), CancellationToken.None);
}
