using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What every record store does: registration, change, revoking, erasing, history.</summary>
public abstract class RecordStoreContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private const string Id = "88.1/A-1";

    [Test]
    public async Task FindAsync_UnknownKey_GivesTheHeadAlone()
    {
        await WriteDoneAsync(RecordWrites.Registration(Id));

        var (record, head) = await Ports.Records.FindAsync(LookupKey.Of("88.1/none"), CancellationToken.None);

        Assert.That(record, Is.Null);
        Assert.That(head, Is.EqualTo(1));
    }

    [Test]
    public async Task FindAllAsync_OfSomeKeys_GivesARecordForEachThatIsThere()
    {
        var (first, second) = (RecordWrites.Registration("88.1/one"), RecordWrites.Registration("88.1/two"));
        await WriteDoneAsync(first);
        await WriteDoneAsync(second);
        LookupKey[] keys = [.. new[] { "88.1/TWO", "88.1/none", "88.1/one", "88.1/two" }.Select(LookupKey.Of)];

        var found = await Ports.Records.FindAllAsync(keys, CancellationToken.None);
        var none = await Ports.Records.FindAllAsync([], CancellationToken.None);

        Assert.That(found.Select(r => r?.State), Is.EqualTo(new[] { second.State, null, first.State, second.State }));
        Assert.That(none, Is.Empty);
    }

    [Test]
    public async Task WriteAsync_NewRecord_IsReadBackAsItWasAnswered()
    {
        var write = RecordWrites.Registration("88.1/Mixed-Case", "thick", "mes", "K1", "mea");

        var written = await WriteDoneAsync(write);

        var (found, head) = await Ports.Records.FindAsync(LookupKey.Of("88.1/MIXED-case"), CancellationToken.None);
        var byKey = await FindByKeyAsync("mes", "K1");
        Assert.That(head, Is.EqualTo(written.Sequence));
        foreach (var read in new[] { found!, byKey! })
        {
            Assert.That(read with { Digest = written.Digest, State = written.State }, Is.EqualTo(written));
            Assert.That(read.Digest, Is.EqualTo(write.Digest));
            Assert.That(read.State, Is.EqualTo(write.State));
        }
        Assert.That(RecordState.IdentifierOf(found!), Is.EqualTo("88.1/Mixed-Case"));
        Assert.That(
            (written.Version, written.Status, written.CreatedAt, written.UpdatedAt),
            Is.EqualTo((1, RecordStatus.Active, write.Time, write.Time))
        );
    }

    [TestCase("mes", "k1")]
    [TestCase("MES", "K1")]
    [TestCase("mes", "K1 2")]
    public async Task FindByKeysAsync_AnotherKey_FindsNothing(string source, string sourceKey)
    {
        await WriteDoneAsync(RecordWrites.Registration(Id, source: "mes", sourceKey: "K1"));

        Assert.That(await FindByKeyAsync(source, sourceKey), Is.Null);
    }

    /// <summary>
    /// Every row of the idempotency table: what stands (identifier, its business key, whether revoked), what is asked
    /// for, what comes of it.
    /// </summary>
    [TestCase(
        null,
        false,
        Id,
        null,
        "x",
        false,
        false,
        WriteOutcome.Same,
        TestName = "Register_SameIdentifierAndContent_Same"
    )]
    [TestCase(
        null,
        false,
        Id,
        null,
        "y",
        false,
        false,
        WriteOutcome.IdentifierTaken,
        TestName = "Register_SameIdentifierOtherContent_IdentifierTaken"
    )]
    [TestCase(
        null,
        false,
        Id,
        null,
        "x",
        true,
        false,
        WriteOutcome.IdentifierTaken,
        TestName = "Register_GeneratedIdentifierTaken_IdentifierTaken"
    )]
    [TestCase(
        null,
        false,
        Id,
        "K2",
        "x",
        false,
        false,
        WriteOutcome.IdentifierTaken,
        TestName = "Register_IdentifierWithoutKeyNowUnderOne_IdentifierTaken"
    )]
    [TestCase(
        "K1",
        false,
        Id,
        "K2",
        "x",
        false,
        false,
        WriteOutcome.IdentifierTaken,
        TestName = "Register_IdentifierUnderAnotherKey_IdentifierTaken"
    )]
    [TestCase(
        "K1",
        false,
        Id,
        null,
        "x",
        false,
        false,
        WriteOutcome.Same,
        TestName = "Register_IdentifierOfAKeyWithoutIt_Same"
    )]
    [TestCase(
        "K1",
        false,
        Id,
        "K1",
        "x",
        false,
        false,
        WriteOutcome.Same,
        TestName = "Register_SameKeyAndContent_Same"
    )]
    [TestCase(
        "K1",
        false,
        Id,
        "K1",
        "y",
        false,
        false,
        WriteOutcome.KeyTaken,
        TestName = "Register_SameKeyOtherContent_KeyTaken"
    )]
    [TestCase(
        "K1",
        false,
        "88.1/next",
        "K1",
        "x",
        true,
        false,
        WriteOutcome.Same,
        TestName = "Register_SameKeyGeneratedIdentifier_Same"
    )]
    [TestCase(
        "K1",
        false,
        "88.1/next",
        "K1",
        "y",
        true,
        false,
        WriteOutcome.KeyTaken,
        TestName = "Register_SameKeyGeneratedIdentifierOtherContent_KeyTaken"
    )]
    [TestCase(
        "K1",
        false,
        "88.1/other",
        "K1",
        "y",
        false,
        false,
        WriteOutcome.KeyTaken,
        TestName = "Register_SameKeyOtherIdentifier_KeyTaken"
    )]
    [TestCase("K1", false, Id, "K1", "x", false, true, WriteOutcome.Same, TestName = "Reinstate_ActiveRecord_Same")]
    [TestCase(
        "K1",
        false,
        Id,
        "K1",
        "y",
        false,
        true,
        WriteOutcome.KeyTaken,
        TestName = "Reinstate_ActiveRecordOtherContent_KeyTaken"
    )]
    [TestCase(
        null,
        true,
        Id,
        null,
        "x",
        false,
        false,
        WriteOutcome.Revoked,
        TestName = "Register_TombstoneSameContent_Revoked"
    )]
    [TestCase(
        null,
        true,
        Id,
        null,
        "y",
        false,
        false,
        WriteOutcome.IdentifierTaken,
        TestName = "Register_TombstoneOtherContent_IdentifierTaken"
    )]
    [TestCase(
        "K1",
        true,
        Id,
        "K1",
        "x",
        false,
        false,
        WriteOutcome.Revoked,
        TestName = "Register_TombstoneOfKeySameContent_Revoked"
    )]
    [TestCase(
        "K1",
        true,
        Id,
        "K1",
        "y",
        false,
        false,
        WriteOutcome.KeyTaken,
        TestName = "Register_TombstoneOfKeyOtherContent_KeyTaken"
    )]
    [TestCase(
        null,
        true,
        Id,
        null,
        "x",
        false,
        true,
        WriteOutcome.Reinstated,
        TestName = "Reinstate_TombstoneSameContent_Reinstated"
    )]
    [TestCase(
        null,
        true,
        Id,
        null,
        "y",
        false,
        true,
        WriteOutcome.Reinstated,
        TestName = "Reinstate_TombstoneOtherContent_Reinstated"
    )]
    [TestCase(
        "K1",
        true,
        Id,
        "K1",
        "y",
        false,
        true,
        WriteOutcome.Reinstated,
        TestName = "Reinstate_TombstoneOfKeyOtherContent_Reinstated"
    )]
    [TestCase(
        "K1",
        true,
        Id,
        "K1",
        "y",
        true,
        true,
        WriteOutcome.Reinstated,
        TestName = "Reinstate_TombstoneOfKeyItsIdentifierGenerated_Reinstated"
    )]
    [TestCase(
        "K1",
        true,
        "88.1/next",
        "K1",
        "y",
        true,
        true,
        WriteOutcome.IdentifierTaken,
        TestName = "Reinstate_TombstoneOfKeyNewIdentifierGenerated_IdentifierTaken"
    )]
    [TestCase(
        "K1",
        true,
        Id,
        "K2",
        "y",
        false,
        true,
        WriteOutcome.IdentifierTaken,
        TestName = "Reinstate_TombstoneUnderAnotherKey_IdentifierTaken"
    )]
    [TestCase(
        "K1",
        true,
        "88.1/other",
        "K1",
        "x",
        false,
        true,
        WriteOutcome.KeyTaken,
        TestName = "Reinstate_TombstoneOfKeyUnderOtherIdentifier_KeyTaken"
    )]
    [TestCase(
        "K1",
        true,
        "88.1/other",
        "K1",
        "y",
        false,
        true,
        WriteOutcome.KeyTaken,
        TestName = "Reinstate_TombstoneOfKeyUnderOtherIdentifierOtherContent_KeyTaken"
    )]
    public async Task WriteAsync_AgainstWhatStands(
        string? standingKey,
        bool revoked,
        string identifier,
        string? sourceKey,
        string content,
        bool generated,
        bool reinstate,
        WriteOutcome expected
    )
    {
        var standing = await WriteDoneAsync(
            RecordWrites.Registration(Id, "x", standingKey is null ? null : "mes", standingKey)
        );
        if (revoked)
        {
            standing = await WriteDoneAsync(RecordWrites.Change(standing, LogOperation.Revoke));
        }
        var head = await Ports.Log.HeadAsync(CancellationToken.None);

        var result = await WriteAsync(
            RecordWrites.Registration(identifier, content, sourceKey is null ? null : "mes", sourceKey) with
            {
                Generated = generated,
                Reinstate = reinstate,
            }
        );

        var written = expected == WriteOutcome.Reinstated;
        Assert.That(result.Outcome, Is.EqualTo(expected));
        Assert.That(
            result.Record!.Object,
            Is.EqualTo(standing.Object),
            "the record that stands in the way, or that was brought back"
        );
        Assert.That(await Ports.Log.HeadAsync(CancellationToken.None), Is.EqualTo(written ? head + 1 : head));
    }

    [Test]
    public async Task WriteAsync_SameRegistrationAfterUpdate_GivesTheRecordAsItIsNow()
    {
        var registration = RecordWrites.Registration(Id, "x", "mes", "K1");
        var first = await WriteDoneAsync(registration);
        var updated = await WriteDoneAsync(RecordWrites.Change(first, LogOperation.Update, "y"));

        var again = await WriteAsync(registration);

        Assert.That(again.Outcome, Is.EqualTo(WriteOutcome.Same));
        Assert.That((again.Record!.Version, again.Record.Sequence), Is.EqualTo((2, updated.Sequence)));
        Assert.That(RecordWrites.Find(again.Record.State, RecordWrites.ContentCode), Is.EqualTo("y"));
    }

    [Test]
    public async Task WriteAsync_Reinstate_KeepsObjectAndHistoryAndReplacesDigest()
    {
        var first = await WriteDoneAsync(RecordWrites.Registration(Id, "x", "mes", "K1"));
        await WriteDoneAsync(RecordWrites.Change(first, LogOperation.Revoke, "x"));

        var again = RecordWrites.Registration(Id, "y", "mes", "K1") with
        {
            Reinstate = true,
            Time = RecordWrites.Time + 50,
        };
        var back = await WriteDoneAsync(again);

        Assert.That(
            (back.Object, back.Version, back.Status, back.CreatedAt, back.UpdatedAt),
            Is.EqualTo((first.Object, 3, RecordStatus.Active, first.CreatedAt, again.Time))
        );
        var history = await Ports.Records.HistoryAsync(first.Object, 0, 10, CancellationToken.None);
        Assert.That(
            history.Select(v => v.Body.Operation),
            Is.EqualTo(new[] { LogOperation.Reinstate, LogOperation.Revoke, LogOperation.Create })
        );
        Assert.That((await WriteAsync(again)).Outcome, Is.EqualTo(WriteOutcome.Same), "the new digest stands");
        Assert.That(
            (await WriteAsync(RecordWrites.Registration(Id, "x", "mes", "K1"))).Outcome,
            Is.EqualTo(WriteOutcome.KeyTaken),
            "the old one does not"
        );
    }

    [Test]
    public async Task WriteAsync_TwoUpdatesFromOneVersion_OneIsAVersionConflict()
    {
        var first = await WriteDoneAsync(RecordWrites.Registration(Id, "x"));
        var writes = new[]
        {
            RecordWrites.Change(first, LogOperation.Update, "y"),
            RecordWrites.Change(first, LogOperation.Update, "z"),
        };

        var results = await Task.WhenAll(writes.Select(WriteAsync)).Soon();

        Assert.That(
            results.Select(r => r.Outcome),
            Is.EquivalentTo(new[] { WriteOutcome.Changed, WriteOutcome.VersionConflict })
        );
        Assert.That(results.Select(r => r.Record!.Version), Is.All.EqualTo(2), "the loser is told the current record");
    }

    [Test]
    public async Task WriteAsync_ChangeOfUnknownRecord_IsNotFound()
    {
        var known = await WriteDoneAsync(RecordWrites.Registration(Id));

        var result = await WriteAsync(
            RecordWrites.Change(known, LogOperation.Update) with
            {
                Key = LookupKey.Of("88.1/none"),
            }
        );

        Assert.That(result, Is.EqualTo(new RecordWriteResult(WriteOutcome.NotFound, null)));
    }

    [Test]
    public async Task WriteAsync_UniqueValueHeldByAnother_NamesHolderAndField()
    {
        var holder = await WriteDoneAsync(
            RecordWrites.Registration(Id, template: "mea") with
            {
                Rows = [RecordWrites.Unique("S1")],
            }
        );
        var other = await WriteDoneAsync(
            RecordWrites.Registration("88.1/B", template: "mea") with
            {
                Rows = [RecordWrites.Unique("S2")],
            }
        );

        var registered = await WriteAsync(
            RecordWrites.Registration("88.1/C", template: "mea") with
            {
                Rows = [RecordWrites.Unique("S1")],
            }
        );
        var updated = await WriteAsync(
            RecordWrites.Change(other, LogOperation.Update, template: "mea") with
            {
                RowsBefore = [RecordWrites.Unique("S2")],
                Rows = [RecordWrites.Unique("S1")],
            }
        );
        var elsewhere = await WriteAsync(
            RecordWrites.Registration("88.1/D", template: "stack") with
            {
                Rows = [RecordWrites.Unique("S1", "stack")],
            }
        );

        foreach (var refused in new[] { registered, updated })
        {
            Assert.That(
                (refused.Outcome, refused.Record!.Object, refused.Field),
                Is.EqualTo((WriteOutcome.NotUnique, holder.Object, "serial"))
            );
        }
        Assert.That(elsewhere.Outcome, Is.EqualTo(WriteOutcome.Created), "uniqueness is the template's own");
    }

    [Test]
    public async Task WriteAsync_UniqueValueGivenUp_IsFreeForOthers()
    {
        var first = await WriteDoneAsync(
            RecordWrites.Registration(Id, template: "mea") with
            {
                Rows = [RecordWrites.Unique("S1")],
            }
        );
        var second = await WriteDoneAsync(
            RecordWrites.Change(first, LogOperation.Update, "new", "mea") with
            {
                RowsBefore = [RecordWrites.Unique("S1")],
                Rows = [RecordWrites.Unique("S2")],
            }
        );
        await WriteDoneAsync(
            RecordWrites.Registration("88.1/B", template: "mea") with
            {
                Rows = [RecordWrites.Unique("S1")],
            }
        );

        await WriteDoneAsync(
            RecordWrites.Change(second, LogOperation.Revoke, template: "mea") with
            {
                RowsBefore = [RecordWrites.Unique("S2")],
            }
        );

        await WriteDoneAsync(
            RecordWrites.Registration("88.1/C", template: "mea") with
            {
                Rows = [RecordWrites.Unique("S2")],
            }
        );
    }

    [Test]
    public async Task WriteAsync_ChangeThatTakesTheTemplateAway_LeavesNothingInTheIndexes()
    {
        var unique = RecordWrites.Unique("S1");
        var first = await WriteDoneAsync(
            RecordWrites.Registration(Id, template: "mea") with
            {
                Rows = [unique, RecordWrites.Search("red")],
            }
        );

        var without = await WriteDoneAsync(
            RecordWrites.Change(first, LogOperation.Update) with
            {
                RowsBefore = [unique, RecordWrites.Search("red")],
            }
        );

        Assert.That(
            (without.Version, without.Digest),
            Is.EqualTo((2L, first.Digest)),
            "a change without digest leaves the one that stands"
        );
        Assert.That(await HolderAsync(), Is.Null);
        await WriteDoneAsync(RecordWrites.Registration("88.1/B", template: "mea") with { Rows = [unique] });
        Assert.That(RecordState.IdentifierOf((await HolderAsync())!), Is.EqualTo("88.1/B"));
        var byTemplate = new RecordQuery { Template = "mea" };
        Assert.That(
            (await Ports.Records.SearchAsync(byTemplate, CancellationToken.None)).Select(r => r.Key),
            Is.EqualTo(new[] { LookupKey.Of("88.1/B") })
        );
        Assert.That(
            await Ports.Records.SearchAsync(
                byTemplate with
                {
                    AttributeIndex = 2001,
                    From = "red",
                },
                CancellationToken.None
            ),
            Is.Empty
        );

        async Task<StoredRecord?> HolderAsync() => (await Ports.Records.FindByKeysAsync([unique], default))[0];
    }

    [Test]
    public async Task WriteAsync_ReinstateFromAVersion_BringsTheRecordBackUnderANewDigest()
    {
        var first = await WriteDoneAsync(RecordWrites.Registration(Id, "v1", "mes", "K1"));
        var revoked = await WriteDoneAsync(RecordWrites.Change(first, LogOperation.Revoke, "v1"));
        var digest = RecordWrites.Registration(Id, "v2").Digest;

        var stale = await WriteAsync(RecordWrites.Change(first, LogOperation.Reinstate, "v2") with { Digest = digest });
        await WriteDoneAsync(RecordWrites.Change(revoked, LogOperation.Reinstate, "v2") with { Digest = digest });

        var record = (await Ports.Records.FindAsync(LookupKey.Of(Id), CancellationToken.None)).Record!;
        Assert.That(stale.Outcome, Is.EqualTo(WriteOutcome.VersionConflict));
        Assert.That(
            (record.Status, record.Version, record.Digest, record.CreatedAt),
            Is.EqualTo((RecordStatus.Active, 3L, digest, first.CreatedAt))
        );
        Assert.That((await FindByKeyAsync("mes", "K1"))!.Object, Is.EqualTo(first.Object));
    }

    [Test]
    public async Task WriteAsync_RegistrationOfATombstoneChangedMeanwhile_IsAVersionConflict()
    {
        var first = await WriteDoneAsync(RecordWrites.Registration(Id, "v1", "mes", "K1"));
        await WriteDoneAsync(RecordWrites.Change(first, LogOperation.Revoke, "v1"));
        var again = RecordWrites.Registration(Id, "v2", "mes", "K1") with { Reinstate = true };

        var stale = await WriteAsync(again with { TombstoneVersion = 1 });
        var back = await WriteAsync(again with { TombstoneVersion = 2 });

        Assert.That((stale.Outcome, stale.Record?.Version), Is.EqualTo((WriteOutcome.VersionConflict, 2L)));
        Assert.That((back.Outcome, back.Record?.Version), Is.EqualTo((WriteOutcome.Reinstated, 3L)));
    }

    [Test]
    public async Task WriteAsync_ReinstateOfATakenUniqueValue_IsNotUniqueAndStaysRevoked()
    {
        var first = await WriteDoneAsync(
            RecordWrites.Registration(Id, template: "mea") with
            {
                Rows = [RecordWrites.Unique("S1")],
            }
        );
        await WriteDoneAsync(
            RecordWrites.Change(first, LogOperation.Revoke, template: "mea") with
            {
                RowsBefore = [RecordWrites.Unique("S1")],
            }
        );
        await WriteDoneAsync(
            RecordWrites.Registration("88.1/B", template: "mea") with
            {
                Rows = [RecordWrites.Unique("S1")],
            }
        );

        var result = await WriteAsync(
            RecordWrites.Registration(Id, template: "mea") with
            {
                Reinstate = true,
                Rows = [RecordWrites.Unique("S1")],
            }
        );

        Assert.That(result.Outcome, Is.EqualTo(WriteOutcome.NotUnique));
        Assert.That(
            (await Ports.Records.FindAsync(LookupKey.Of(Id), CancellationToken.None)).Record!.Status,
            Is.EqualTo(RecordStatus.Revoked)
        );
    }

    [Test]
    public async Task HistoryAsync_LargeVersions_EndsPagesEarlyAndMissesNone()
    {
        var record = await WriteDoneAsync(RecordWrites.Registration(Id, new string('1', 1 << 20)));
        foreach (var mebibytes in new[] { 3, 2, 5, 0 })
        {
            record = await WriteDoneAsync(
                RecordWrites.Change(record, LogOperation.Update, new string('2', mebibytes << 20))
            );
        }
        var pages = new List<(string Versions, bool IsFull)>();
        for (var before = 0L; pages.Count == 0 || pages[^1].IsFull; )
        {
            var page = await Ports.Records.HistoryAsync(record.Object, before, 10, CancellationToken.None);
            pages.Add((string.Join(' ', page.Select(v => v.Body.Version)), page.IsFull));
            before = page[^1].Body.Version;
        }

        Assert.That(pages, Is.EqualTo(new[] { ("5 4", true), ("3 2", true), ("1", false) }));
    }

    [Test]
    public async Task HistoryAsync_Pages_NewestFirst()
    {
        var record = await WriteDoneAsync(RecordWrites.Registration(Id, "v1"));
        await WriteDoneAsync(RecordWrites.Registration("88.1/other"));
        for (var i = 2; i <= 5; i++)
        {
            record = await WriteDoneAsync(RecordWrites.Change(record, LogOperation.Update, $"v{i}"));
        }

        var first = await Ports.Records.HistoryAsync(record.Object, 0, 2, CancellationToken.None);
        var second = await Ports.Records.HistoryAsync(
            record.Object,
            first[^1].Body.Version,
            10,
            CancellationToken.None
        );

        Assert.That(
            first.Select(v => RecordWrites.Find(v.State, RecordWrites.ContentCode)),
            Is.EqualTo(new[] { "v5", "v4" })
        );
        Assert.That(
            second.Select(v => RecordWrites.Find(v.State, RecordWrites.ContentCode)),
            Is.EqualTo(new[] { "v3", "v2", "v1" })
        );
        Assert.That(first[0].Sequence, Is.EqualTo(record.Sequence));
        Assert.That(first.Concat(second).Select(v => v.Committed), Is.All.EqualTo(3), "identifier, status, note");
        Assert.That(await Ports.Records.HistoryAsync(999, 0, 10, CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task WriteAsync_Erase_TakesTheValueOutOfEveryVersionAndLeavesTheLog()
    {
        var record = await WriteDoneAsync(
            RecordWrites.Registration(Id, "secret-1", template: "mea") with
            {
                Rows = [RecordWrites.Search("secret-1")],
            }
        );
        record = await WriteDoneAsync(
            RecordWrites.Change(record, LogOperation.Update, "secret-2", "mea") with
            {
                RowsBefore = [RecordWrites.Search("secret-1")],
                Rows = [RecordWrites.Search("secret-2")],
            }
        );
        var neighbour = await WriteDoneAsync(RecordWrites.Registration("88.1/B", "kept"));
        var before = await Ports.Log.ReadAsync(0, 100, CancellationToken.None);

        var erased = await WriteDoneAsync(
            RecordWrites.Change(record, LogOperation.Erase, template: "mea") with
            {
                RowsBefore = [RecordWrites.Search("secret-2")],
                Erased = [RecordWrites.ContentCode],
            }
        );

        var history = await Ports.Records.HistoryAsync(record.Object, 0, 10, CancellationToken.None);
        Assert.That(history.Select(v => RecordWrites.Find(v.State, RecordWrites.ContentCode)), Is.All.Null);
        Assert.That(
            history.Select(v => v.Committed - new StateReader(v.State).Count),
            Is.EqualTo(new[] { 0, 1, 1 }),
            "the log still commits to what was erased"
        );
        Assert.That(
            history.Select(v => RecordWrites.Find(v.State, StateCodes.Identifier)),
            Is.All.EqualTo(Id),
            "the rest stays"
        );
        Assert.That((erased.Version, erased.Status), Is.EqualTo((3, RecordStatus.Active)));
        var after = await Ports.Log.ReadAsync(0, 100, CancellationToken.None);
        Assert.That(
            after.Take(3).Select(c => Convert.ToHexString(c.Leaf)),
            Is.EqualTo(before.Select(c => Convert.ToHexString(c.Leaf))),
            "no earlier hash changes"
        );
        Assert.That(after[^1].Body.Operation, Is.EqualTo(LogOperation.Erase));
        Assert.That(
            await Ports.Records.SearchAsync(
                new RecordQuery
                {
                    Template = "mea",
                    AttributeIndex = 2001,
                    From = "",
                },
                CancellationToken.None
            ),
            Is.Empty
        );
        var kept = (await Ports.Records.FindAsync(neighbour.Key, CancellationToken.None)).Record!;
        Assert.That(RecordWrites.Find(kept.State, RecordWrites.ContentCode), Is.EqualTo("kept"));
    }

    [Test]
    public async Task WriteAsync_BatchWithBadItems_EachHasItsOwnResultInOrder()
    {
        var standing = await WriteDoneAsync(RecordWrites.Registration(Id, "x"));
        // An entry twice breaks the index's key: nothing that callers are checked for, hence a fault of that write
        // alone.
        var broken = RecordWrites.Registration("88.1/broken", template: "mea") with
        {
            Rows = [RecordWrites.Search("a"), RecordWrites.Search("a")],
        };

        var results = await Ports
            .Records.WriteAsync(
                [
                    RecordWrites.Registration("88.1/B"),
                    broken,
                    RecordWrites.Registration(Id, "y"),
                    RecordWrites.Registration("88.1/B"),
                    RecordWrites.Change(standing, LogOperation.Update, "z"),
                    RecordWrites.Change(standing, LogOperation.Update, "z"),
                    RecordWrites.Registration("88.1/C"),
                ],
                CancellationToken.None
            )
            .Soon();

        Assert.That(
            results.Select(r => r.Outcome),
            Is.EqualTo(
                new[]
                {
                    WriteOutcome.Created,
                    WriteOutcome.Failed,
                    WriteOutcome.IdentifierTaken,
                    WriteOutcome.Same,
                    WriteOutcome.Changed,
                    WriteOutcome.VersionConflict,
                    WriteOutcome.Created,
                }
            )
        );
        Assert.That(results[1].Error!.Code, Is.EqualTo(ErrorCode.Unavailable));
        Assert.That((await Ports.Records.FindAsync(broken.Key, CancellationToken.None)).Record, Is.Null);
        Assert.That(
            (await Ports.Log.ReadAsync(0, 100, CancellationToken.None)).Select(c => c.Sequence),
            Is.EqualTo(new long[] { 1, 2, 3, 4 })
        );
    }

    [Test]
    public async Task WriteAsync_NothingToWrite_AnswersNothing() =>
        Assert.That(await Ports.Records.WriteAsync([], CancellationToken.None).Soon(), Is.Empty);

    [Test]
    public async Task WriteAsync_ManyCallersAtOnce_EachGetsItsOwnResult()
    {
        await WriteDoneAsync(RecordWrites.Registration(Id, "x"));

        var results = await Task.WhenAll(
                Enumerable
                    .Range(0, 400)
                    .Select(i =>
                        Task.Run(() =>
                            WriteAsync(
                                i % 4 == 0
                                    ? RecordWrites.Registration(Id, "y")
                                    : RecordWrites.Registration($"88.1/N{i / 2}", $"content {i / 2}")
                            )
                        )
                    )
            )
            .Soon();

        for (var i = 0; i < results.Length; i++)
        {
            var expected = i % 4 == 0 ? LookupKey.Of(Id) : LookupKey.Of($"88.1/N{i / 2}");
            Assert.That(results[i].Record!.Key, Is.EqualTo(expected));
            Assert.That(
                results[i].Outcome,
                i % 4 == 0
                    ? Is.EqualTo(WriteOutcome.IdentifierTaken)
                    : Is.AnyOf(WriteOutcome.Created, WriteOutcome.Same)
            );
        }
        // Numbers divisible by four were conflicts; of the rest 2 and 3 share an identifier, 1 is alone with its own.
        Assert.That(results.Count(r => r.Outcome == WriteOutcome.Created), Is.EqualTo(200));
        Assert.That(results.Count(r => r.Outcome == WriteOutcome.Same), Is.EqualTo(100));
    }

    [Test]
    public async Task WriteAsync_LongestKeyAndForeignScript_AreKeptToTheByte()
    {
        var longest = "88.1/" + new string('z', 250);
        var foreign = "88.1/膜电极-ß-001";

        await WriteDoneAsync(RecordWrites.Registration(longest, "长", "来源", "键😀"));
        await WriteDoneAsync(RecordWrites.Registration(foreign));

        Assert.That(
            (await Ports.Records.FindAsync(LookupKey.Of(longest), CancellationToken.None)).Record!.Key.Bytes,
            Has.Length.EqualTo(255)
        );
        Assert.That(
            RecordState.IdentifierOf(
                (await Ports.Records.FindAsync(LookupKey.Of(foreign), CancellationToken.None)).Record!
            ),
            Is.EqualTo(foreign)
        );
        Assert.That(
            (await FindByKeyAsync("来源", "键😀"))!.Key.ToString(),
            Is.EqualTo(Encoding.UTF8.GetString(LookupKey.Of(longest).Bytes))
        );
    }

    private async Task<StoredRecord?> FindByKeyAsync(string source, string key) =>
        (await Ports.Records.FindByKeysAsync([RecordWrites.Key(source, key)], CancellationToken.None))[0];
}
