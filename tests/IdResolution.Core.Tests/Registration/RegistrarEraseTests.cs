using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Registration;

/// <summary>Secrets at rest, and what erasing leaves.</summary>
[TestFixture]
public sealed class RegistrarEraseTests : RegistrarFixture
{
    private const string Secret = "correct horse battery staple";

    [Test]
    public async Task Secret_IsEncryptedAtRestAndInNoProjection()
    {
        var id = IdOf(
            await RegisterAsync(
                Item() with
                {
                    Values = [Raw(300, "HS_SECKEY", Secret), Raw(301, "hs_seckey", Secret), Raw(5)],
                }
            )
        );
        await UpdateAsync(id, Patch(("count", "1")));

        foreach (var projection in Enum.GetValues<Role>().Select(Projection.Of))
        {
            Assert.That(
                (await Node.ReadAsync(id, projection))!.Values.Select(v => v.Index),
                Is.EqualTo(new[] { 5 }),
                $"{projection}"
            );
        }
        var stored = (await HistoryAsync(id)).SelectMany(v => Values(v.State)).Where(v => v.IsSecret).ToList();
        Assert.That(stored, Has.Count.EqualTo(4));
        Assert.That(
            stored.Select(v => Encoding.UTF8.GetString(Node.Secrets.Decrypt(v.Data, v.OwnerIn(LookupKey.Of(id))))),
            Is.All.EqualTo(Secret)
        );
        Assert.That(Contains(Secret), Is.False, "in no file of the database");
    }

    [Test]
    public async Task Secret_Replay_IsRecognisedByThePlainForm()
    {
        var request = Keyed("1") with { Values = [Raw(300, "HS_SECKEY", Secret)] };
        await RegisterAsync(request);

        Assert.That((await RegisterAsync(request)).Outcome, Is.EqualTo(WriteOutcome.Same));
        Assert.That(
            (await RefusedAsync(Keyed("1") with { Values = [Raw(300, "HS_SECKEY", Secret + "!")] })).Code,
            Is.EqualTo(ErrorCode.KeyConflict)
        );
    }

    [Test]
    public async Task Erase_Value_IsGoneFromEveryVersionAndFile()
    {
        var id = IdOf(
            await RegisterAsync(
                Keyed("1", ("tags", "Zhang-Wei-erased"), ("serial", "kept")) with
                {
                    Values = [Raw(7, "PHONE", "13800138000-erased")],
                }
            )
        );
        await UpdateAsync(id, Patch(("count", "1")));
        var before = await HistoryAsync(id);
        var log = await Node.Store.Log.ReadAsync(0, 1000, default);

        var erased = CoreFixture.Ok(await TryEraseAsync(id, "a:tags", "v:7"));

        Assert.That((erased.Outcome, erased.Record.Version), Is.EqualTo((WriteOutcome.Changed, 3L)));
        var history = await HistoryAsync(id);
        Assert.Multiple(() =>
        {
            Assert.That(history[0].Body.Operation, Is.EqualTo(LogOperation.Erase));
            Assert.That(history.SelectMany(v => Codes(v.State)), Has.None.EqualTo("a:tags").And.None.EqualTo("v:7"));
            Assert.That(history.Select(v => Codes(v.State).Contains("a:serial")), Is.All.True);
            Assert.That(
                history.Skip(1).Select(v => v.Committed),
                Is.EqualTo(before.Select(v => v.Committed)),
                "the log entries still commit to it"
            );
            Assert.That(history.Skip(1).Select(v => v.Committed - Codes(v.State).Count), Is.All.EqualTo(2));
            Assert.That(Contains("Zhang-Wei-erased"), Is.False);
            Assert.That(Contains("13800138000-erased"), Is.False);
        });
        var after = await Node.Store.Log.ReadAsync(0, 1000, default);
        Assert.That(
            after.Take(log.Count).Select(c => Convert.ToHexString(c.Leaf)),
            Is.EqualTo(log.Select(c => Convert.ToHexString(c.Leaf))),
            "no earlier hash changes"
        );
        var lines = await Node.Store.Audit.ReadAsync(0, 1, default);
        Assert.That(
            (lines[0].Action, lines[0].Caller, lines[0].Target),
            Is.EqualTo(("record.erase", "k-admin", $"{id} a:tags v:7"))
        );
        Assert.That(
            (
                await RegisterAsync(
                    Keyed("1", ("tags", "Zhang-Wei-erased"), ("serial", "kept")) with
                    {
                        Values = [Raw(7, "PHONE", "13800138000-erased")],
                    }
                )
            ).Outcome,
            Is.EqualTo(WriteOutcome.Same),
            "a replay is still recognised"
        );
    }

    [Test]
    public async Task Erase_RequiredAttribute_LaterPatchesStillWork()
    {
        var id = IdOf(await RegisterAsync(Keyed("1")));

        CoreFixture.Ok(await TryEraseAsync(id, "a:line"));

        Assert.That(await ValueAsync(id, "line"), Is.Null);
        Assert.That((await UpdateAsync(id, Patch(("count", "1")))).Outcome, Is.EqualTo(WriteOutcome.Changed));
        Assert.That((await RegisterAsync(Keyed("1"))).Outcome, Is.EqualTo(WriteOutcome.Same));
        await UpdateAsync(id, Patch(("line", "L2")));
        Assert.That((await TryUpdateAsync(id, Patch(("line", null)))).IsOk, Is.False, "once set it stays required");
    }

    [Test]
    public async Task Erase_Tombstone_StaysATombstone()
    {
        var id = IdOf(await RegisterAsync(Item(("tags", "person"), ("serial", "S1"))));
        await RevokeAsync(id);

        CoreFixture.Ok(await TryEraseAsync(id, "a:tags", "a:serial"));

        Assert.That((await Node.ReadAsync(id))!.Status, Is.EqualTo(RecordStatus.Revoked));
        Assert.That((await HistoryAsync(id)).SelectMany(v => Codes(v.State)), Has.None.EqualTo("a:tags"));
    }

    [Test]
    public async Task Erase_UniqueAndSearchableValue_LeavesTheIndexes()
    {
        var id = IdOf(await RegisterAsync(Item(("tags", "find-me"), ("serial", "S1"))));
        var tags = Node.Catalog.Current.FindPublished("mea")!.Find("tags")!.Index;
        var query = new RecordQuery
        {
            Template = "mea",
            AttributeIndex = tags,
            From = "find-me",
            Before = "find-mf",
        };
        Assert.That(await Node.Store.Records.SearchAsync(query, default), Has.Count.EqualTo(1));

        CoreFixture.Ok(await TryEraseAsync(id, "a:tags", "a:serial"));

        Assert.That(await Node.Store.Records.SearchAsync(query, default), Is.Empty);
        Assert.That((await RegisterAsync(Item(("serial", "S1")))).Outcome, Is.EqualTo(WriteOutcome.Created));
    }

    [Test]
    public async Task Erase_ValueOfAnEarlierVersionAlone_IsErased()
    {
        var id = IdOf(await RegisterAsync(Item(("tags", "person"))));
        await UpdateAsync(id, Patch(("tags", null)));

        CoreFixture.Ok(await TryEraseAsync(id, "a:tags"));

        Assert.That((await HistoryAsync(id)).SelectMany(v => Codes(v.State)), Has.None.EqualTo("a:tags"));
    }

    [Test]
    public async Task Erase_WhatIsNotThere_IsRefusedAndWritesNothing()
    {
        var id = IdOf(await RegisterAsync(Item()));
        var head = await Node.Store.Log.HeadAsync(default);

        Assert.That((await TryEraseAsync(id, "a:lime", "a:line")).Error!.Code, Is.EqualTo(ErrorCode.ValueNotFound));
        Assert.That((await TryEraseAsync(id, "a:lime")).Error!.Message.En, Does.Contain("a:lime"));
        Assert.That((await TryEraseAsync(id, "line")).Error!.Field, Is.EqualTo("codes"));
        Assert.That((await TryEraseAsync(id, "m:identifier")).Error!.Field, Is.EqualTo("codes"));
        Assert.That((await TryEraseAsync(id)).Error!.Field, Is.EqualTo("codes"));
        Assert.That((await TryEraseAsync($"{P}/none", "a:line")).Error!.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(await Node.Store.Log.HeadAsync(default), Is.EqualTo(head));
    }

    private static List<string> Codes(byte[] state)
    {
        var codes = new List<string>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            codes.Add(Encoding.UTF8.GetString(reader.Code));
        }
        return codes;
    }

    private static List<RawValue> Values(byte[] state)
    {
        var values = new List<RawValue>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (
                reader.Code.StartsWith("v:"u8)
                && RawValue.TryDecode(int.Parse(reader.Code[2..]), reader.Value, out var value)
            )
            {
                values.Add(value);
            }
        }
        return values;
    }

    private bool Contains(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Node.File)!))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            if (content.AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }
        return false;
    }
}
