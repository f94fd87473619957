using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Registration;

/// <summary>What the same business key, identifier or content means the second time.</summary>
[TestFixture]
public sealed class RegistrarKeyTests : RegistrarFixture
{
    [Test]
    public async Task Register_SameKeySameContent_IsTheRecordAsItIsNow()
    {
        var first = await RegisterAsync(Keyed("1", ("thickness", "25")));
        await UpdateAsync(IdOf(first), Patch(("thickness", "26")));

        var again = await RegisterAsync(Keyed("1", ("thickness", "25")));

        Assert.That(
            (first.Outcome, again.Outcome, again.Record.Version),
            Is.EqualTo((WriteOutcome.Created, WriteOutcome.Same, 2L))
        );
        Assert.That(IdOf(again), Is.EqualTo(IdOf(first)));
        Assert.That(await ValueAsync(IdOf(again), "thickness"), Is.EqualTo("26"));
    }

    [Test]
    public async Task Register_SameKeyOtherContent_NamesTheHolder()
    {
        var first = await RegisterAsync(Keyed("1", ("thickness", "25")));

        var error = await RefusedAsync(Keyed("1", ("thickness", "26")));

        Assert.That(
            (error.Code, error.Field, error.Holder),
            Is.EqualTo((ErrorCode.KeyConflict, "sourceKey", IdOf(first)))
        );
        Assert.That(
            (await RegisterAsync(Keyed("1", ("thickness", "26")) with { Source = "erp" })).Outcome,
            Is.EqualTo(WriteOutcome.Created),
            "another source has keys of its own"
        );
    }

    [Test]
    public async Task Register_WrittenDifferently_IsTheSameContent()
    {
        await RegisterAsync(Keyed("1", ("thickness", "25.50"), ("count", "7"), ("serial", "")));

        var number = Item() with
        {
            Source = "mes",
            SourceKey = "1",
            Attributes =
            [
                KeyValuePair.Create("count", InputValue.OfNumber("7.0")),
                KeyValuePair.Create("tags", InputValue.OfList([])),
                KeyValuePair.Create("thickness", InputValue.OfNumber("2.55e1")),
                KeyValuePair.Create("line", InputValue.OfText("L1")),
                KeyValuePair.Create("serial", InputValue.Null),
            ],
        };
        Assert.That((await RegisterAsync(number)).Outcome, Is.EqualTo(WriteOutcome.Same));
    }

    [Test]
    public async Task Register_ReplayAfterTheTemplateChanged_IsStillTheSame()
    {
        var first = await RegisterAsync(Keyed("1", ("thickness", "25")) with { Values = [Raw(2006)] });
        await Node.PublishAsync(
            Mea with
            {
                CodingRule = "mea",
                Attributes =
                [
                    .. Mea.Attributes.Select(a =>
                        a.Code == "thickness" ? a with { State = AttributeState.Disabled } : a
                    ),
                    new AttributeDefinition { Code = "operator", Required = true },
                ],
            }
        );

        var again = await RegisterAsync(Keyed("1", ("thickness", "25")) with { Values = [Raw(2006)] });

        Assert.That((again.Outcome, IdOf(again)), Is.EqualTo((WriteOutcome.Same, IdOf(first))));
        Assert.That(
            (await Node.ReadAsync(IdOf(first)))!.Template!.Version,
            Is.EqualTo(1),
            "the version of its first acceptance"
        );
        Assert.That((await RefusedAsync(Keyed("2"))).Field, Is.EqualTo("attributes.operator"));
    }

    [Test]
    public async Task Register_ReplayAfterTheTemplateWasWithdrawn_IsStillTheSame()
    {
        await RegisterAsync(Keyed("1"));
        CoreFixture.Ok(await Node.Templates.WithdrawAsync("mea", Node.Admin, default));

        Assert.That((await RegisterAsync(Keyed("1"))).Outcome, Is.EqualTo(WriteOutcome.Same));
        Assert.That((await RefusedAsync(Keyed("1", ("count", "1")))).Code, Is.EqualTo(ErrorCode.NotPublished));
        Assert.That((await RefusedAsync(Keyed("2"))).Code, Is.EqualTo(ErrorCode.NotPublished));
    }

    [Test]
    public async Task Register_ReplayWithSequenceExhausted_IsStillTheSame()
    {
        await Node.PublishAsync(new Template { Code = "short", Attributes = Mea.Attributes }, "S{seq:1}");
        for (var i = 1; i <= 9; i++)
        {
            Assert.That(IdOf(await RegisterAsync(Keyed("s" + i) with { Template = "short" })), Is.EqualTo($"{P}/S{i}"));
        }

        Assert.That(
            (await RefusedAsync(Keyed("s10") with { Template = "short" })).Code,
            Is.EqualTo(ErrorCode.SequenceExhausted)
        );
        Assert.That(IdOf(await RegisterAsync(Keyed("s4") with { Template = "short" })), Is.EqualTo($"{P}/S4"));
        await RevokeAsync($"{P}/S5");
        Assert.That((await RefusedAsync(Keyed("s5") with { Template = "short" })).Code, Is.EqualTo(ErrorCode.Revoked));
        Assert.That(
            IdOf(await RegisterAsync(Keyed("s5") with { Template = "short", Reinstate = true })),
            Is.EqualTo($"{P}/S5"),
            "bringing back needs no number"
        );
    }

    [Test]
    public async Task Register_ReplayOfRevoked_IsRevokedAndOtherContentAConflict()
    {
        var first = await RegisterAsync(Keyed("1"));
        await RevokeAsync(IdOf(first));

        var error = await RefusedAsync(Keyed("1"));
        Assert.That((error.Code, error.Holder), Is.EqualTo((ErrorCode.Revoked, IdOf(first))));
        Assert.That((await RefusedAsync(Keyed("1", ("count", "2")))).Code, Is.EqualTo(ErrorCode.KeyConflict));
    }

    [Test]
    public async Task Register_SameIdentifierWithoutKey_ContentDecides()
    {
        var request = Item(("thickness", "25")) with { Identifier = $"{P}/Hand-1" };
        await RegisterAsync(request);

        var again = await RegisterAsync(request with { Identifier = $"{P}/hAND-1" });
        Assert.That(
            (again.Outcome, IdOf(again)),
            Is.EqualTo((WriteOutcome.Same, $"{P}/Hand-1")),
            "the spelling given first is kept"
        );
        var other = await RefusedAsync(Item() with { Identifier = $"{P}/HAND-1" });
        Assert.That(
            (other.Code, other.Field, other.Holder),
            Is.EqualTo((ErrorCode.AlreadyExists, "identifier", $"{P}/Hand-1"))
        );
        Assert.That(
            (await RefusedAsync(request with { Source = "mes", SourceKey = "1" })).Code,
            Is.EqualTo(ErrorCode.AlreadyExists),
            "the same identifier under a key"
        );
    }

    [Test]
    public async Task Register_WithoutKeyAndIdentifier_IsANewItemEachTime()
    {
        var first = await RegisterAsync(Item());
        var second = await RegisterAsync(Item());

        Assert.That(IdOf(first), Is.Not.EqualTo(IdOf(second)));
    }

    [Test]
    public async Task Register_KeyWithIdentifier_AnotherIdentifierIsAConflict()
    {
        await RegisterAsync(Keyed("1") with { Identifier = $"{P}/A" });

        Assert.That(
            (await RegisterAsync(Keyed("1") with { Identifier = $"{P}/a" })).Outcome,
            Is.EqualTo(WriteOutcome.Same),
            "folded"
        );
        Assert.That((await RefusedAsync(Keyed("1") with { Identifier = $"{P}/B" })).Holder, Is.EqualTo($"{P}/A"));
        Assert.That(
            (await RefusedAsync(Keyed("2") with { Identifier = $"{P}/A" })).Code,
            Is.EqualTo(ErrorCode.AlreadyExists)
        );
    }

    [Test]
    public async Task Register_SameKeyFromManyCallersAtOnce_IsOneRecord()
    {
        var results = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => Task.Run(() => RegisterAsync(Keyed("1"))))
        );

        Assert.That(results.Select(IdOf).Distinct().Count(), Is.EqualTo(1));
        Assert.That(results.Count(r => r.Outcome == WriteOutcome.Created), Is.EqualTo(1));
    }

    [Test]
    public async Task Register_TemplatePublishedByAnotherNode_ReplayIsRecognisedHere()
    {
        using var second = await Node.SecondNodeAsync();
        await second.PublishAsync(
            new Template { Code = "fresh", Attributes = [new AttributeDefinition { Code = "x" }] }
        );
        var request = new Core.Registration.RegistrationRequest
        {
            Template = "fresh",
            Identifier = $"{P}/F1",
            Attributes = [KeyValuePair.Create("x", InputValue.OfText("1"))],
        };
        CoreFixture.Ok(await second.Registrar.RegisterAsync(request, second.Mes, default));

        Assert.That((await RegisterAsync(request)).Outcome, Is.EqualTo(WriteOutcome.Same));
    }
}
