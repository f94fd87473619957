using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Registration;

/// <summary>Updates, and what comes back after revoking.</summary>
[TestFixture]
public sealed class RegistrarEditTests : RegistrarFixture
{
    [Test]
    public async Task Update_Patch_SetsRemovesAndLeaves()
    {
        var id = IdOf(await RegisterAsync(Item(("thickness", "25"), ("count", "1")) with { Values = [Raw(7)] }));

        var updated = await UpdateAsync(id, Patch(("thickness", "26.0"), ("count", null), ("serial", "S1")));

        var record = await Node.ReadAsync(id);
        Assert.That(
            string.Join(' ', record!.Attributes.Select(a => $"{a.Attribute.Code}={a.Canonical}")),
            Is.EqualTo("line=L1 thickness=26 serial=S1")
        );
        Assert.That(record.Values.Single().Index, Is.EqualTo(7));
        Assert.That((updated.Outcome, updated.Record.Version), Is.EqualTo((WriteOutcome.Changed, 2L)));
    }

    [Test]
    public async Task Update_NothingNew_MakesNoVersion()
    {
        var id = IdOf(
            await RegisterAsync(
                Item(("thickness", "25")) with
                {
                    Values = [Raw(7), Raw(300, "HS_SECKEY", "geheimnis-lang")],
                }
            )
        );
        var head = await Node.Store.Log.HeadAsync(default);

        var same = await UpdateAsync(id, Patch(("thickness", "25.00"), ("count", null)));
        await UpdateAsync(id, new RecordPatch());

        Assert.That(
            (same.Outcome, same.Record.Version, await Node.Store.Log.HeadAsync(default)),
            Is.EqualTo((WriteOutcome.Same, 1L, head))
        );
    }

    [Test]
    public async Task Update_BadPatch_NamesEveryFieldOnceAndChangesNothing()
    {
        var id = IdOf(await RegisterAsync(Item(("thickness", "25"))));

        var error = (
            await TryUpdateAsync(id, Patch(("thickness", "x"), ("line", "much too long"), ("old", "1"), ("none", "1")))
        ).Error!;
        Assert.That(
            Fields(error),
            Is.EqualTo(new[] { "attributes.thickness", "attributes.line", "attributes.old", "attributes.none" })
        );
        Assert.That(
            Fields((await TryUpdateAsync(id, Patch(("line", null)))).Error!),
            Is.EqualTo(new[] { "attributes.line" })
        );
        Assert.That(
            Fields((await TryUpdateAsync(id, Patch(("line", "")))).Error!),
            Is.EqualTo(new[] { "attributes.line" })
        );
        Assert.That((await TryUpdateAsync(id, new RecordPatch { Values = [Raw(2000)] })).IsOk, Is.False);
        Assert.That((await Node.ReadAsync(id))!.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Update_Version_MustMatchWhereStated()
    {
        var id = IdOf(await RegisterAsync(Item()));
        await UpdateAsync(id, Patch(("count", "1")), version: 1);

        Assert.That(
            (await TryUpdateAsync(id, Patch(("count", "2")), version: 1)).Error!.Code,
            Is.EqualTo(ErrorCode.VersionConflict)
        );
        Assert.That(
            (await TryUpdateAsync(id, Patch(("count", "2")), version: 3)).Error!.Code,
            Is.EqualTo(ErrorCode.VersionConflict)
        );
        Assert.That(
            (await Node.Editor.RevokeAsync(Id(id), 1, Node.Mes, default)).Error!.Code,
            Is.EqualTo(ErrorCode.VersionConflict)
        );
    }

    [Test]
    public async Task Update_TwoFromTheSameVersion_OneSucceeds()
    {
        var id = IdOf(await RegisterAsync(Item()));

        var results = await Task.WhenAll(
            Enumerable
                .Range(1, 8)
                .Select(i => Task.Run(() => TryUpdateAsync(id, Patch(("count", i.ToString())), version: 1)))
        );

        Assert.That(results.Count(r => r.IsOk), Is.EqualTo(1));
        Assert.That(results.Where(r => !r.IsOk).Select(r => r.Error!.Code), Is.All.EqualTo(ErrorCode.VersionConflict));
    }

    [Test]
    public async Task Update_ManyAtOnceWithoutVersion_AllLand()
    {
        const int Callers = 100;
        await Node.PublishAsync(
            new Template
            {
                Code = "wide",
                Attributes = [.. Enumerable.Range(0, Callers).Select(i => new AttributeDefinition { Code = "x" + i })],
            }
        );
        await RegisterAsync(new RegistrationRequest { Template = "wide", Identifier = $"{P}/wide" });

        await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(i => Task.Run(() => UpdateAsync($"{P}/wide", Patch(("x" + i, "v" + i)))))
        );

        var record = await Node.ReadAsync($"{P}/wide");
        Assert.That(
            record!.Attributes.Select(a => a.Canonical),
            Is.EqualTo(Enumerable.Range(0, Callers).Select(i => "v" + i))
        );
        Assert.That(record.Version, Is.EqualTo(Callers + 1));
    }

    [Test]
    public async Task Update_UnknownRevokedOrForeign_IsRefused()
    {
        var id = IdOf(await RegisterAsync(Item()));
        await RevokeAsync(id);

        Assert.That(
            (await TryUpdateAsync($"{P}/none", Patch(("count", "1")))).Error!.Code,
            Is.EqualTo(ErrorCode.NotFound)
        );
        Assert.That(
            (await TryUpdateAsync("77/none", Patch(("count", "1")))).Error!.Code,
            Is.EqualTo(ErrorCode.NotResponsible)
        );
        Assert.That((await TryUpdateAsync(id, Patch(("count", "1")))).Error!.Code, Is.EqualTo(ErrorCode.Revoked));
        Assert.That(
            (await Node.Editor.RevokeAsync(Id(id), null, Node.Mes, default)).Error!.Code,
            Is.EqualTo(ErrorCode.Revoked)
        );
    }

    [TestCase(Role.Anonymous, ErrorCode.Unauthenticated)]
    [TestCase(Role.Partner, ErrorCode.Forbidden)]
    [TestCase(Role.Reader, ErrorCode.Forbidden)]
    public async Task Change_RoleTooLow_IsRefused(Role role, ErrorCode code)
    {
        var id = IdOf(await RegisterAsync(Item()));
        var caller = new Caller(role, 9, "k9");

        Assert.That((await TryUpdateAsync(id, Patch(("count", "1")), caller: caller)).Error!.Code, Is.EqualTo(code));
        Assert.That((await Node.Editor.RevokeAsync(Id(id), null, caller, default)).Error!.Code, Is.EqualTo(code));
        Assert.That((await Node.Eraser.EraseAsync(Id(id), ["a:line"], caller, default)).Error!.Code, Is.EqualTo(code));
        Assert.That(
            (await Node.Eraser.EraseAsync(Id(id), ["a:line"], Node.Mes, default)).Error!.Code,
            Is.EqualTo(ErrorCode.Forbidden),
            "erasing is the administrator's"
        );
    }

    [Test]
    public async Task Update_TemplatePublishedByAnotherNode_LosesNoAttribute()
    {
        using var second = await Node.SecondNodeAsync();
        await second.PublishAsync(
            new Template
            {
                Code = "fresh",
                Attributes = [new AttributeDefinition { Code = "x" }, new AttributeDefinition { Code = "y" }],
            }
        );
        CoreFixture.Ok(
            await second.Registrar.RegisterAsync(
                new RegistrationRequest
                {
                    Template = "fresh",
                    Identifier = $"{P}/F1",
                    Attributes = [KeyValuePair.Create("x", InputValue.OfText("1"))],
                },
                second.Mes,
                default
            )
        );

        await UpdateAsync($"{P}/F1", Patch(("y", "2")));

        var record = await Node.ReadAsync($"{P}/F1");
        Assert.That(record!.Template!.Code, Is.EqualTo("fresh"));
        Assert.That(record.Attributes.Select(a => a.Canonical), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task Update_UniqueValue_IsHeldByOneActiveRecord()
    {
        var first = IdOf(await RegisterAsync(Item(("serial", "S1"))));
        var second = IdOf(await RegisterAsync(Item(("serial", "S2"))));

        var error = (await TryUpdateAsync(second, Patch(("serial", "S1")))).Error!;
        Assert.That(
            (error.Code, error.Field, error.Holder),
            Is.EqualTo((ErrorCode.AlreadyExists, "attributes.serial", first))
        );
        await UpdateAsync(first, Patch(("serial", "S3")));
        Assert.That(
            (await UpdateAsync(second, Patch(("serial", "S1")))).Outcome,
            Is.EqualTo(WriteOutcome.Changed),
            "an update frees the value"
        );
        await RevokeAsync(first);
        Assert.That(
            (await RegisterAsync(Item(("serial", "S3")))).Outcome,
            Is.EqualTo(WriteOutcome.Created),
            "revoking frees the value"
        );
    }

    [Test]
    public async Task Reinstate_UniqueValueTakenMeanwhile_IsRefused()
    {
        var first = IdOf(await RegisterAsync(Keyed("1", ("serial", "S1"))));
        await RevokeAsync(first);
        await RegisterAsync(Item(("serial", "S1")));

        Assert.That(
            (await RefusedAsync(Keyed("1", ("serial", "S1")) with { Reinstate = true })).Field,
            Is.EqualTo("attributes.serial")
        );
    }

    [Test]
    public async Task Reinstate_ByIdentifier_IsTheNextVersionWithKeyAndHistory()
    {
        var registered = await RegisterAsync(Keyed("1", ("thickness", "25")) with { Identifier = $"{P}/One" });
        await RevokeAsync($"{P}/One");
        Assert.That((await Node.ReadAsync($"{P}/One"))!.Status, Is.EqualTo(RecordStatus.Revoked));

        var back = await RegisterAsync(Item(("thickness", "30")) with { Identifier = $"{P}/ONE", Reinstate = true });

        var record = await Node.ReadAsync($"{P}/one");
        Assert.That(
            (back.Outcome, back.Record.Version, back.Record.Object),
            Is.EqualTo((WriteOutcome.Reinstated, 3L, registered.Record.Object))
        );
        Assert.That(
            (record!.Identifier, record.Status, record.Source, record.SourceKey),
            Is.EqualTo(($"{P}/One", RecordStatus.Active, "mes", "1"))
        );
        Assert.That(await ValueAsync($"{P}/One", "thickness"), Is.EqualTo("30"));
        Assert.That(
            (await HistoryAsync($"{P}/One")).Select(v => v.Body.Operation),
            Is.EqualTo(new[] { LogOperation.Reinstate, LogOperation.Revoke, LogOperation.Create })
        );
        Assert.That(
            CoreFixture.Ok(await Node.Finder.FindAsync("mes", "1", null, default))!.Object,
            Is.EqualTo(registered.Record.Object)
        );
        Assert.That(
            (await RefusedAsync(Keyed("1", ("thickness", "25")) with { Identifier = $"{P}/One" })).Code,
            Is.EqualTo(ErrorCode.KeyConflict),
            "the digest is the new one's"
        );
    }

    [Test]
    public async Task Reinstate_ByKeyWithoutIdentifier_KeepsTheIdentifierThatWasGiven()
    {
        var first = IdOf(await RegisterAsync(Keyed("1")));
        await RegisterAsync(Keyed("2"));
        await RevokeAsync(first);

        var back = await RegisterAsync(Keyed("1", ("count", "5")) with { Reinstate = true });

        Assert.That(
            (back.Outcome, IdOf(back), back.Record.Key.ToString()),
            Is.EqualTo((WriteOutcome.Reinstated, first, first.ToUpperInvariant()))
        );
        Assert.That((await RegisterAsync(Keyed("1", ("count", "5")))).Outcome, Is.EqualTo(WriteOutcome.Same));
    }

    [Test]
    public async Task Reinstate_ActiveOrNewRecord_IsAnOrdinaryRegistration()
    {
        var created = await RegisterAsync(Keyed("1") with { Reinstate = true });

        Assert.That(created.Outcome, Is.EqualTo(WriteOutcome.Created));
        Assert.That((await RegisterAsync(Keyed("1") with { Reinstate = true })).Outcome, Is.EqualTo(WriteOutcome.Same));
        Assert.That(
            (await RefusedAsync(Keyed("1", ("count", "1")) with { Reinstate = true })).Code,
            Is.EqualTo(ErrorCode.KeyConflict)
        );
    }
}
