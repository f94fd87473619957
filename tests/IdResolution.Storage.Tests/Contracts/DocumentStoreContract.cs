using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every document store does.</summary>
public abstract class DocumentStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [Test]
    public async Task LoadAsync_NothingWritten_IsEmptyAtHeadZero()
    {
        var (documents, head) = await Ports.Documents.LoadAsync(CancellationToken.None);

        Assert.That(documents, Is.Empty);
        Assert.That(head, Is.Zero);
    }

    [Test]
    public async Task WriteAsync_NewAndChanged_AreLoadedWithTheHead()
    {
        var made = (
            await WriteAsync(
                Documents.Write(LogKind.Template, "mea/1", "{\"名\":1}"),
                Documents.Write(LogKind.Configuration, "mea/1", "{}")
            )
        ).Value;

        var changed = (
            await WriteAsync(Documents.Write(LogKind.Template, "mea/1", "{\"名\":2}", expectedVersion: 1))
        ).Value[0];

        var (documents, head) = await Ports.Documents.LoadAsync(CancellationToken.None);
        Assert.That(head, Is.EqualTo(3));
        Assert.That(
            changed,
            Is.EqualTo(made[0] with { Version = 2, Sequence = 3, Json = "{\"名\":2}" }),
            "the object stays the same"
        );
        Assert.That(documents, Is.EquivalentTo(new[] { changed, made[1] }), "kinds have their own codes");
    }

    [Test]
    public async Task HistoryAsync_ChangedDocument_GivesItsVersionsTheNewestFirst()
    {
        var made = (await WriteAsync(Documents.Write(LogKind.Configuration, "log", "{\"名\":1}"))).Value[0];
        await WriteAsync(Documents.Write(LogKind.Configuration, "other", "{}"));
        await WriteAsync(Documents.Write(LogKind.Configuration, "log", "{\"名\":2}", expectedVersion: 1));
        await WriteAsync(Documents.Write(LogKind.Configuration, "log", "{\"名\":3}", expectedVersion: 2));

        var page = await ReadAsync(0, 2);
        var rest = await ReadAsync(2, 2);

        Assert.That(
            page.Select(v => (v.Sequence, v.Body.Version, v.Body.Time, v.Json)),
            Is.EqualTo(new[] { (4L, 3L, RecordWrites.Time, "{\"名\":3}"), (3L, 2L, RecordWrites.Time, "{\"名\":2}") })
        );
        Assert.That(rest.Select(v => (v.Sequence, v.Json)), Is.EqualTo(new[] { (1L, "{\"名\":1}") }));
        Assert.That((page.IsFull, rest.IsFull), Is.EqualTo((true, false)));

        async Task<StatePage<DocumentVersion>> ReadAsync(long before, int limit) =>
            await Ports.Documents.HistoryAsync(made.Object, before, limit, CancellationToken.None);
    }

    [Test]
    public async Task WriteAsync_OneOfManyInConflict_WritesNothing()
    {
        await WriteAsync(Documents.Write(LogKind.Key, "k1", "{}"));

        var taken = await WriteAsync(
            Documents.Write(LogKind.Key, "k2", "{}"),
            Documents.Write(LogKind.Key, "k1", "{}")
        );
        var stale = await WriteAsync(
            Documents.Write(LogKind.Key, "k2", "{}"),
            Documents.Write(LogKind.Key, "k1", "{}", expectedVersion: 2)
        );

        Assert.That(taken.Error!.Code, Is.EqualTo(ErrorCode.AlreadyExists));
        Assert.That(stale.Error!.Code, Is.EqualTo(ErrorCode.VersionConflict));
        var (documents, head) = await Ports.Documents.LoadAsync(CancellationToken.None);
        Assert.That(documents.Select(d => d.Code), Is.EqualTo(new[] { "k1" }));
        Assert.That(head, Is.EqualTo(1));
    }

    [Test]
    public async Task WriteAsync_FromTwoNodesAtOnce_OneWins()
    {
        var other = OpenAgain();
        await WriteAsync(Documents.Write(LogKind.Key, "k1", "{}"));
        for (var version = 1; version <= 20; version++)
        {
            var write = Documents.Write(LogKind.Key, "k1", $"{{\"v\":{version}}}", version);

            var results = await Task.WhenAll(
                    Task.Run(() => Ports.Documents.WriteAsync([write], CancellationToken.None)),
                    Task.Run(() => other.Documents.WriteAsync([write], CancellationToken.None))
                )
                .Soon();

            Assert.That(
                results.Select(r => r.Error?.Code),
                Is.EquivalentTo(new ErrorCode?[] { null, ErrorCode.VersionConflict })
            );
        }
    }

    [Test]
    public async Task WriteAsync_AmongRecords_SharesLogAndObjectNumbers()
    {
        var record = await WriteDoneAsync(RecordWrites.Registration("88.1/A"));

        var document = (await WriteAsync(Documents.Write(LogKind.Prefix, "88.1", "{}"))).Value[0];

        Assert.That((document.Object, document.Sequence), Is.EqualTo((record.Object + 1, record.Sequence + 1)));
    }

    [Test]
    public async Task SettleAsync_LongValue_IsKeptWhole()
    {
        var value = string.Concat(Enumerable.Range(0, 4_096).Select(i => (char)('!' + (i % 90))));

        Assert.That(await Ports.Store.Settings.GetOrAddAsync("site-key", value).Soon(), Is.EqualTo(value));
        Assert.That(await Ports.Store.Settings.FindSettingAsync("site-key", CancellationToken.None), Is.EqualTo(value));
    }

    [Test]
    public async Task SettleAsync_ThereAlready_GivesWhatHolds()
    {
        Assert.That(await Ports.Store.Settings.FindSettingAsync("fingerprint", CancellationToken.None), Is.Null);

        var settled = await Task.WhenAll(
                new[] { Ports, OpenAgain() }.Select(
                    (ports, i) => Task.Run(() => ports.Store.Settings.GetOrAddAsync("fingerprint", $"值 {i}"))
                )
            )
            .Soon();

        Assert.That(settled[0], Is.EqualTo(settled[1]).And.AnyOf("值 0", "值 1"));
        Assert.That(
            await Ports.Store.Settings.FindSettingAsync("fingerprint", CancellationToken.None),
            Is.EqualTo(settled[0])
        );
    }

    [Test]
    public async Task RaiseAsync_SeveralNodes_TheGreatestStays()
    {
        var settings = Ports.Store.Settings;
        await settings.RaiseAsync(Values(("key-use.a", "2026-03-01"), ("key-use.b", "2026-03-02")), default).Soon();
        await OpenAgain()
            .Store.Settings.RaiseAsync(Values(("key-use.a", "2026-03-03"), ("key-use.b", "2026-03-01")), default)
            .Soon();
        await settings.GetOrAddAsync("key-usf", "other").Soon();

        Assert.That(
            await settings.ListAsync("key-use.", default),
            Is.EqualTo(Values(("key-use.a", "2026-03-03"), ("key-use.b", "2026-03-02")))
        );
    }

    [Test]
    public async Task ReplaceAsync_OtherValueThanBefore_ChangesNothing()
    {
        var settings = Ports.Store.Settings;
        await settings.GetOrAddAsync("replaced", "one").Soon();

        Assert.That(await settings.ReplaceAsync("replaced", "two", "three", default).Soon(), Is.False);
        Assert.That(await settings.ReplaceAsync("nothing", "", "three", default).Soon(), Is.False);
        Assert.That(await settings.ReplaceAsync("replaced", "one", "two", default).Soon(), Is.True);
        Assert.That(await settings.FindSettingAsync("replaced", default), Is.EqualTo("two"));
    }

    private static Dictionary<string, string> Values(params (string Name, string Value)[] values) =>
        values.ToDictionary(v => v.Name, v => v.Value);

    private Task<Result<IReadOnlyList<Document>>> WriteAsync(params DocumentWrite[] writes) =>
        Ports.Documents.WriteAsync(writes, CancellationToken.None).Soon();
}
