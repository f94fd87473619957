using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>Keys of other systems in a store: who has them, and what takes them away.</summary>
public abstract class BusinessKeyContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [Test]
    public async Task WriteAsync_Revoked_KeepsItsKeys()
    {
        var first = await WriteDoneAsync(RecordWrites.Registration("88.1/A", source: "mes", sourceKey: "1"));
        await WriteDoneAsync(RecordWrites.Change(first, LogOperation.Revoke));

        Assert.That((await FindAsync("1"))?.Status, Is.EqualTo(RecordStatus.Revoked));
        var other = await WriteAsync(RecordWrites.Registration("88.1/B", "x", "mes", "1"));
        Assert.That((other.Outcome, other.Record?.Object), Is.EqualTo((WriteOutcome.KeyTaken, first.Object)));
    }

    [Test]
    public async Task WriteAsync_FurtherKeys_AreHeldByOneRecord()
    {
        var write = RecordWrites.Registration("88.1/A", source: "mes", sourceKey: "1");
        var first = await WriteDoneAsync(write with { Rows = [.. write.Rows, Key("2")] });
        var head = await Ports.Log.HeadAsync(CancellationToken.None);

        var second = RecordWrites.Registration("88.1/B", source: "mes", sourceKey: "3");
        var refused = await WriteAsync(second with { Rows = [.. second.Rows, Key("2")] });
        var added = await WriteAsync(RecordWrites.Change(first, LogOperation.Update) with { Rows = [Key("4")] });
        var removed = await WriteAsync(
            RecordWrites.Change(added.Record!, LogOperation.Update) with
            {
                RowsBefore = [Key("2")],
            }
        );
        var free = await WriteAsync(second with { Rows = [.. second.Rows, Key("2")] });
        var held = await WriteAsync(RecordWrites.Change(free.Record!, LogOperation.Update) with { Rows = [Key("4")] });

        Assert.That(
            (refused.Outcome, refused.Record?.Object, refused.Field),
            Is.EqualTo((WriteOutcome.KeyTaken, first.Object, "sourceKey"))
        );
        Assert.That((added.Outcome, removed.Outcome), Is.EqualTo((WriteOutcome.Changed, WriteOutcome.Changed)));
        Assert.That((free.Outcome, held.Outcome), Is.EqualTo((WriteOutcome.Created, WriteOutcome.KeyTaken)));
        var found = await Ports.Records.FindByKeysAsync([Key("1"), Key("2"), Key("4"), Key("none")], default);
        Assert.That(
            found.Select(r => r?.Key.ToString()),
            Is.EqualTo(new[] { "88.1/A", "88.1/B", "88.1/A", null }),
            "one answer for each, in order"
        );
        Assert.That(
            await Ports.Log.HeadAsync(CancellationToken.None),
            Is.EqualTo(head + 3),
            "a refusal writes nothing"
        );
    }

    [Test]
    public async Task WriteAsync_OtherForms_AreLookedForAndNotWritten()
    {
        var exact = BusinessKeys.ExactRow(RecordWrites.NumberOf("mes"), "Key1");
        var write = RecordWrites.Registration("88.1/A");
        await WriteDoneAsync(write with { Rows = [exact] });
        var folded = BusinessKeys.Row(RecordWrites.NumberOf("mes"), "KEY1", "Key1");

        var byFirst = await WriteAsync(
            RecordWrites.Registration("88.1/B", "x") with
            {
                FirstKey = [exact, folded],
                Rows = [folded],
            }
        );
        var further = await WriteAsync(
            RecordWrites.Registration("88.1/C") with
            {
                Rows = [folded],
                OtherForms = [exact with { Field = "further" }],
            }
        );
        var free = await WriteAsync(RecordWrites.Registration("88.1/D") with { FirstKey = [folded], Rows = [folded] });

        Assert.That(byFirst.Outcome, Is.EqualTo(WriteOutcome.KeyTaken));
        Assert.That((further.Outcome, further.Field), Is.EqualTo((WriteOutcome.KeyTaken, "further")));
        Assert.That(free.Outcome, Is.EqualTo(WriteOutcome.Created), "the folded form is another key");
    }

    [Test]
    public async Task WriteAsync_OneKeyFromManyAtOnce_IsOneRecord()
    {
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => Task.Run(() => WriteAsync(RecordWrites.Registration($"88.1/{i}", $"{i}", "mes", "1"))))
        );

        Assert.That(results.Count(r => r.Outcome == WriteOutcome.Created), Is.EqualTo(1));
        Assert.That(results.Count(r => r.Outcome == WriteOutcome.KeyTaken), Is.EqualTo(19));
    }

    private static SideRow Key(string key) => RecordWrites.Key("mes", key);

    private async Task<StoredRecord?> FindAsync(string key) =>
        (await Ports.Records.FindByKeysAsync([Key(key)], CancellationToken.None))[0];
}
