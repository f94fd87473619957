using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Tests.Registration;

/// <summary>What is refused, and that every fault is named.</summary>
[TestFixture]
public sealed class RegistrarFaultTests : RegistrarFixture
{
    [TestCase(0, 0, true)]
    [TestCase(0, int.MaxValue, true)]
    [TestCase(0, -1, false)]
    [TestCase(1, int.MaxValue, true)]
    [TestCase(1, int.MinValue, true)]
    [TestCase(1, -1, true)]
    public async Task Register_TtlOfRawValue_IsSignedOnlyWhereItIsRelative(byte type, int ttl, bool isTaken)
    {
        var request = new RegistrationRequest
        {
            Identifier = $"{P}/ttl-{type}{ttl}",
            Values = [Raw(5) with { TtlType = type, Ttl = ttl }],
        };

        var result = await Node.Registrar.RegisterAsync(request, Node.Mes, default);

        Assert.That(
            result.IsOk ? [] : Fields(result.Error),
            isTaken ? Is.Empty : Is.EqualTo(new[] { "values[0].ttl" })
        );
    }

    [Test]
    public async Task Register_ManyFaults_AreAllNamedAtOnce()
    {
        var error = await RefusedAsync(
            new RegistrationRequest
            {
                Template = "mea",
                Identifier = "77/x",
                SourceKey = "a\0",
                Attributes =
                [
                    KeyValuePair.Create("thickness", InputValue.OfText("thick")),
                    KeyValuePair.Create("count", InputValue.OfNumber("1.5")),
                    KeyValuePair.Create("colour", InputValue.OfText("red")),
                    KeyValuePair.Create("old", InputValue.OfText("x")),
                    KeyValuePair.Create("thickness", InputValue.OfText("1")),
                ],
                Values =
                [
                    Raw(1000),
                    Raw(2001),
                    Raw(5, ""),
                    Raw(5) with
                    {
                        Ttl = -1,
                        TtlType = 2,
                        References = [new Reference("nowhere", 1)],
                    },
                ],
            }
        );

        Assert.That(
            Fields(error),
            Is.EquivalentTo(
                new[]
                {
                    "source",
                    "sourceKey",
                    "identifier",
                    "attributes.thickness",
                    "attributes.count",
                    "attributes.colour",
                    "attributes.old",
                    "attributes.thickness",
                    "attributes.line",
                    "values[0].index",
                    "values[1].index",
                    "values[2].type",
                    "values[3].index",
                    "values[3].ttl",
                    "values[3].ttlType",
                    "values[3].references",
                }
            )
        );
        Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidValue));
        Assert.That(error.Details.Select(e => e.Message.Zh), Is.All.Not.Empty);
    }

    [TestCase("thickness", "-1", "at least 0")]
    [TestCase("thickness", "1000.01", "at most 1000")]
    [TestCase("line", "LINE-1", "longer than 5")]
    [TestCase("unknown", "x", "not an attribute")]
    [TestCase("old", "x", "not an attribute")]
    public async Task Register_OneFault_IsTheErrorItself(string code, string value, string rule)
    {
        var attributes = new Dictionary<string, string> { ["line"] = "L1", [code] = value };

        var error = await RefusedAsync(
            Item() with
            {
                Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, InputValue.OfText(a.Value)))],
            }
        );

        Assert.That((error.Code, error.Field), Is.EqualTo((ErrorCode.InvalidValue, "attributes." + code)));
        Assert.That(error.Message.En, Does.Contain(rule));
    }

    [Test]
    public async Task Register_UnknownOrUnpublishedTemplate_IsNamed()
    {
        await Node.Templates.SaveDraftAsync(new Template { Code = "draft" }, Node.Admin, default);

        var unknown = await RefusedAsync(Item() with { Template = "none" });
        var draft = await RefusedAsync(Item() with { Template = "draft" });

        Assert.That((unknown.Code, unknown.Field), Is.EqualTo((ErrorCode.InvalidValue, "template")));
        Assert.That((draft.Code, draft.Field), Is.EqualTo((ErrorCode.NotPublished, "template")));
    }

    [TestCase(Role.Anonymous, ErrorCode.Unauthenticated)]
    [TestCase(Role.Partner, ErrorCode.Forbidden)]
    [TestCase(Role.Reader, ErrorCode.Forbidden)]
    public async Task Register_RoleTooLow_IsRefused(Role role, ErrorCode code) =>
        Assert.That((await RefusedAsync(Item(), new Caller(role, 9, "k9"))).Code, Is.EqualTo(code));

    [Test]
    public async Task Register_Batch_EachItemHasItsOwnResultInOrder()
    {
        var results = await Node.Registrar.RegisterAsync(
            [
                Keyed("1"),
                Keyed("2", ("thickness", "x"), ("count", "y")),
                Keyed("1"),
                Keyed("1", ("count", "3")),
                Item(("serial", "S")),
                Item(("serial", "S")),
                Keyed("3") with
                {
                    Identifier = "77/x",
                },
                Keyed("4"),
            ],
            Node.Mes,
            default
        );

        Assert.Multiple(() =>
        {
            Assert.That(
                results.Select(r => r.IsOk ? r.Value.Outcome.ToString() : r.Error.Code.ToString()),
                Is.EqualTo(
                    new[]
                    {
                        "Created",
                        "InvalidValue",
                        "Same",
                        "KeyConflict",
                        "Created",
                        "AlreadyExists",
                        "NotResponsible",
                        "Created",
                    }
                )
            );
            Assert.That(Fields(results[1].Error!), Is.EqualTo(new[] { "attributes.thickness", "attributes.count" }));
            Assert.That(
                (results[5].Error!.Field, results[5].Error!.Holder),
                Is.EqualTo(("attributes.serial", IdOf(results[4].Value)))
            );
        });
    }

    [Test]
    public async Task Register_TooManyValues_IsTooLarge()
    {
        Assert.That((await TryRegisterAsync(Raws(2042, 10))).IsOk, Is.True, "2,046 with four of the record's own");
        Assert.That((await RefusedAsync(Raws(2043, 10))).Code, Is.EqualTo(ErrorCode.TooLarge));
    }

    [Test]
    public async Task Register_MoreThanAMessageHolds_IsTooLarge()
    {
        Assert.That((await TryRegisterAsync(Raws(1, 260_000))).IsOk, Is.True);
        Assert.That((await RefusedAsync(Raws(1, 262_144))).Code, Is.EqualTo(ErrorCode.TooLarge));
        Assert.That((await RefusedAsync(Raws(100, 2_600))).Code, Is.EqualTo(ErrorCode.TooLarge));
    }

    [TestCase("source", "")]
    [TestCase("sourceKey", "")]
    [TestCase("sourceKey", "a\n")]
    [TestCase("sourceKey", "\uFFFD")]
    public async Task Register_BadBusinessKey_NamesTheField(string field, string text)
    {
        var request = field == "source" ? Keyed("1") with { Source = text } : Keyed(text);

        Assert.That(Fields(await RefusedAsync(request)), Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task Register_BusinessKey_IsCountedInBytes()
    {
        Assert.That((await TryRegisterAsync(Keyed(new string('键', 85)))).IsOk, Is.True);
        Assert.That(Fields(await RefusedAsync(Keyed(new string('键', 86)))), Is.EqualTo(new[] { "sourceKey" }));
        Assert.That(
            Fields(await RefusedAsync(Keyed("1") with { Source = new string('s', 65) })),
            Is.EqualTo(new[] { "source" })
        );
    }

    // Two search texts must not become one key in the store because both were cut within a character.
    [Test]
    public async Task Register_LongTagsThatDifferLate_AreStored()
    {
        var start = new string('a', 199);
        var request = Item() with
        {
            Attributes =
            [
                KeyValuePair.Create("line", InputValue.OfText("L1")),
                KeyValuePair.Create(
                    "tags",
                    InputValue.OfList([
                        InputValue.OfText(start + "😀"),
                        InputValue.OfText(start + "𠀀"),
                        InputValue.OfText(start + "\U00100000"),
                    ])
                ),
            ],
        };

        Assert.That((await TryRegisterAsync(request)).IsOk, Is.True);
    }

    private static RegistrationRequest Raws(int count, int bytes) =>
        new()
        {
            Identifier = $"{P}/raw-{count}-{bytes}",
            Values =
            [
                .. Enumerable
                    .Range(1, count)
                    .Select(i => new RawValue
                    {
                        Index = i >= 1000 ? i + 2 : i,
                        Type = "T",
                        Data = new byte[bytes],
                    }),
            ],
        };
}
