using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Registration;

/// <summary>Identifiers given by callers and by coding rules.</summary>
[TestFixture]
public sealed class RegistrarIdentifierTests : RegistrarFixture
{
    [Test]
    public async Task Register_DateInRule_IsThePlantsDay()
    {
        Assert.That(
            IdOf(await RegisterAsync(Item())),
            Is.EqualTo($"{P}/MEA-260302-001"),
            "20:00 UTC is the next day in Shanghai"
        );
        Node.Time.Advance(TimeSpan.FromHours(-5));
        Assert.That(IdOf(await RegisterAsync(Item())), Is.EqualTo($"{P}/MEA-260301-001"));
    }

    [Test]
    public async Task Register_ClockSetBack_IdentifiersStayUniqueAndTheLogInOrder()
    {
        var identifiers = new List<string>();
        var sequences = new List<long>();
        foreach (var hours in new[] { 0, 24, -48, 24, -24, 24 })
        {
            Node.Time.Advance(TimeSpan.FromHours(hours));
            for (var i = 0; i < 5; i++)
            {
                var registered = await RegisterAsync(Item());
                identifiers.Add(IdOf(registered));
                sequences.Add(registered.Record.Sequence);
            }
        }

        Assert.That(identifiers, Is.Unique);
        Assert.That(sequences, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public async Task Register_NumbersTakenByHand_AreSkipped()
    {
        await RegisterAsync(Item() with { Identifier = $"{P}/mea-260302-002" });
        await RegisterAsync(Item() with { Identifier = $"{P}/MEA-260302-003" });
        await RevokeAsync($"{P}/MEA-260302-003");

        var results = await Node.Registrar.RegisterAsync([Item(), Item(), Item()], Node.Mes, default);

        Assert.That(
            results.Select(r => IdOf(CoreFixture.Ok(r))),
            Is.Unique.And.None.EqualTo($"{P}/MEA-260302-002").And.None.EqualTo($"{P}/MEA-260302-003")
        );
    }

    [Test]
    public async Task Register_TwoNodes_NeverGiveTheSameIdentifier()
    {
        using var second = await Node.SecondNodeAsync();
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i =>
                    Task.Run(async () =>
                        IdOf(
                            CoreFixture.Ok(
                                await (i % 2 == 0 ? Node : second).Registrar.RegisterAsync(Item(), Node.Mes, default)
                            )
                        )
                    )
                )
        );

        Assert.That(results, Is.Unique);
    }

    [Test]
    public async Task Register_RuleWithoutSequence_TakenIsNamed()
    {
        await Node.PublishAsync(new Template { Code = "plain", Attributes = Mea.Attributes }, "X-{attr:line}");
        Assert.That(IdOf(await RegisterAsync(Keyed("1") with { Template = "plain" })), Is.EqualTo($"{P}/X-L1"));

        var error = await RefusedAsync(Keyed("2") with { Template = "plain" });

        Assert.That((error.Code, error.Holder), Is.EqualTo((ErrorCode.AlreadyExists, $"{P}/X-L1")));
        Assert.That(
            (await RegisterAsync(Keyed("1") with { Template = "plain" })).Outcome,
            Is.EqualTo(WriteOutcome.Same)
        );
    }

    [TestCase("", ErrorCode.InvalidIdentifier)]
    [TestCase("no-slash", ErrorCode.InvalidIdentifier)]
    [TestCase(P + "/", ErrorCode.InvalidIdentifier)]
    // A control character in the name of a test is more than Stryker's runner can take.
    [TestCase(
        P + "/a\u0001",
        ErrorCode.InvalidIdentifier,
        TestName = "Register_ControlCharacterInIdentifier_IsRefused"
    )]
    [TestCase(P + "/META_mea", ErrorCode.InvalidIdentifier)]
    [TestCase(P + "/meta_x", ErrorCode.InvalidIdentifier)]
    [TestCase("88.300.2/x", ErrorCode.NotResponsible)]
    [TestCase("88.300/1/x", ErrorCode.NotResponsible)]
    public async Task Register_BadIdentifier_IsRefused(string identifier, ErrorCode code)
    {
        var error = await RefusedAsync(Item() with { Identifier = identifier });

        Assert.That((error.Code, error.Field), Is.EqualTo((code, "identifier")));
    }

    [Test]
    public async Task Register_IdentifierOver255Bytes_IsRefused() =>
        Assert.That(
            (await RefusedAsync(Item() with { Identifier = P + "/" + new string('x', 247) })).Code,
            Is.EqualTo(ErrorCode.InvalidIdentifier)
        );

    [Test]
    public async Task Register_RuleThatGivesAReservedSuffix_IsRefused()
    {
        await Node.PublishAsync(new Template { Code = "sly", Attributes = Mea.Attributes }, "{attr:line}_{seq:3}");
        var request = new RegistrationRequest
        {
            Template = "sly",
            Attributes = [KeyValuePair.Create("line", InputValue.OfText("Meta"))],
        };

        Assert.That((await RefusedAsync(request)).Code, Is.EqualTo(ErrorCode.InvalidIdentifier));
        Assert.That(
            (
                await Node.Rules.SaveAsync(
                    new CodingRule { Code = "meta", Pattern = "META_{seq:3}" },
                    Node.Admin,
                    default
                )
            )
                .Error
                ?.Field,
            Is.EqualTo("pattern")
        );
    }

    [Test]
    public async Task Register_WithoutRuleOrIdentifier_AsksForOne()
    {
        await Node.PublishAsync(new Template { Code = "bare", Attributes = Mea.Attributes });

        var error = await RefusedAsync(Item() with { Template = "bare" });

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidIdentifier, "identifier")));
    }

    [Test]
    public async Task Register_RecordWithoutTemplate_HoldsRawValues()
    {
        var request = new RegistrationRequest
        {
            Identifier = $"{P}/raw",
            Values = [Raw(7), Raw(3, "URL", "https://example.com")],
        };
        await RegisterAsync(request);

        Assert.That((await Node.ReadAsync($"{P}/raw"))!.Values.Select(v => v.Index), Is.EqualTo(new[] { 3, 7 }));
        Assert.That(
            (await RegisterAsync(request with { Values = [Raw(3, "URL", "https://example.com"), Raw(7)] })).Outcome,
            Is.EqualTo(WriteOutcome.Same),
            "order does not matter"
        );
        Assert.That(
            (await RefusedAsync(new RegistrationRequest { Identifier = $"{P}/none" })).Field,
            Is.EqualTo("template")
        );
    }
}
