using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Administration;

/// <summary>Partners, grants and keys of partners, as administrators make them.</summary>
[TestFixture]
public sealed class PartnerTests
{
    private CoreFixture? _node;

    private CoreFixture Node => _node!;

    private PartnerEditor Partners => new(Node.Documents, Node.Store.Records);

    private GrantEditor Grants => new(Node.Documents, Node.Time);

    private PartnerReader Reader => new(Node.Catalog);

    [SetUp]
    public async Task OpenNodeAsync()
    {
        _node = await CoreFixture.CreateAsync();
        await Node.PublishAsync(
            new Template
            {
                Code = "stack",
                Attributes =
                [
                    new AttributeDefinition { Code = "order", Type = AttributeType.Text },
                    new AttributeDefinition
                    {
                        Code = "power",
                        Type = AttributeType.Decimal,
                        Repeated = true,
                    },
                ],
            }
        );
        await Node.PublishAsync(
            new Template
            {
                Code = "company",
                Attributes = [new AttributeDefinition { Code = "name", Type = AttributeType.Text }],
            }
        );
        await SaveAsync("byd", "customers");
        await SaveAsync("weichai");
    }

    [TearDown]
    public void CloseNode() => _node?.Dispose();

    [Test]
    public async Task Partner_SavedAgain_WritesNothingAndChangesWhole()
    {
        var head = await HeadAsync();
        Assert.That((await SaveAsync("byd", "customers", "customers")).IsNew, Is.False);
        Assert.That(await HeadAsync(), Is.EqualTo(head));

        await SaveAsync("byd");
        Assert.That(Node.Catalog.Current.Partners["byd"].Groups, Is.Empty);
        Assert.That(await HeadAsync(), Is.EqualTo(head + 1));
    }

    [Test]
    public async Task Partner_Faulty_NamesEachField()
    {
        var bad = new Partner
        {
            Code = "BYD",
            Company = "no identifier",
            Names = new Names(new string('x', 101)),
            Groups = ["a b"],
        };

        var error = (await Partners.SaveAsync(bad, Node.Admin, default)).Error!;

        Assert.That(Fields(error), Is.EquivalentTo(["code", "company", "names", "groups"]));
    }

    [Test]
    public async Task Partner_CompanyOfAnotherTemplate_IsRefused()
    {
        var stack = await RegisterAsync("stack");
        var company = await RegisterAsync("company");

        Assert.That(Fields((await SaveCompanyAsync(stack)).Error!), Is.EqualTo(["company"]));
        Assert.That((await SaveCompanyAsync(company)).IsOk);
        Assert.That((await SaveCompanyAsync("88.999.1/OF-OTHERS")).IsOk);
    }

    [Test]
    public async Task Administering_WithoutRoleAdmin_IsForbidden()
    {
        var grant = CoreFixture.Ok(await Grants.MakeAsync(Wanted(), Node.Admin, default));
        Assert.Multiple(async () =>
        {
            var partner = new Partner { Code = "x" };
            Assert.That(
                (await Partners.SaveAsync(partner, Node.Mes, default)).Error!.Code,
                Is.EqualTo(ErrorCode.Forbidden)
            );
            Assert.That(
                (await Grants.MakeAsync(Wanted(), Node.Mes, default)).Error!.Code,
                Is.EqualTo(ErrorCode.Forbidden)
            );
            Assert.That(
                (await Grants.EndAsync(grant.Id, Node.Mes, default)).Error!.Code,
                Is.EqualTo(ErrorCode.Forbidden)
            );
        });
    }

    [Test]
    public async Task Grant_Made_IsCanonicalAndStored()
    {
        var wanted = Wanted() with
        {
            Templates = ["stack", "stack"],
            Where = [new GrantCondition("power", ["5.0", "5", "12.50"]), new GrantCondition("order", ["PO-1"])],
            Fields = new GrantFields
            {
                Attributes = ["order"],
                Visibility = Visibility.Private,
                Events = ["ship", "ship"],
                Links = ["produced-by"],
            },
            Hidden = HiddenForm.Anonymous,
            Until = new DateTimeOffset(2027, 1, 1, 8, 0, 0, TimeSpan.FromHours(8)),
        };

        var made = CoreFixture.Ok(await Grants.MakeAsync(wanted, Node.Admin, default));
        using var other = await Node.SecondNodeAsync();
        var read = other.Catalog.Current.Grants[made.Id];

        Assert.That(read.Templates, Is.EqualTo(["stack"]));
        Assert.That(read.Where[0].Values, Is.EqualTo(["12.5", "5"]));
        Assert.That(read.Fields.Visibility, Is.EqualTo(Visibility.Private));
        Assert.That(read.Fields.Events, Is.EqualTo(["ship"]));
        Assert.That(
            JsonSerializer.Serialize(read, CatalogJson.Default.Grant),
            Is.EqualTo(JsonSerializer.Serialize(made, CatalogJson.Default.Grant))
        );
        Assert.That(
            Node.Catalog.Current.FindDocument(LogKind.Grant, made.Id)!.Json,
            Does.Contain("2027-01-01T00:00:00")
        );
    }

    [Test]
    public async Task Grant_WithoutVisibility_ShowsWhatIsPublic()
    {
        var made = CoreFixture.Ok(await Grants.MakeAsync(Wanted(), Node.Admin, default));
        using var other = await Node.SecondNodeAsync();

        Assert.That(other.Catalog.Current.Grants[made.Id].Fields.Visibility, Is.EqualTo(Visibility.Public));
    }

    [Test]
    public async Task Grant_Faulty_NamesEachField()
    {
        var bad = Wanted() with
        {
            Partner = "nobody",
            Where = [new GrantCondition("colour", []), new GrantCondition("power", ["5", "much", ""])],
            Fields = new GrantFields
            {
                Attributes = ["order", "secret"],
                Events = ["shipped"],
                Links = ["eats"],
            },
            Purpose = " ",
            Until = Node.Time.GetUtcNow(),
        };

        Assert.That(
            Fields((await Grants.MakeAsync(bad, Node.Admin, default)).Error!),
            Is.EquivalentTo([
                "partner",
                "where[0].attribute",
                "where[0].values",
                "where[1].values[1]",
                "where[1].values[2]",
                "fields.attributes[1]",
                "fields.events",
                "fields.links",
                "purpose",
                "until",
            ])
        );
    }

    private static IEnumerable<TestCaseData> FaultyParts()
    {
        static TestCaseData Case(string field, Func<Grant, Grant> change) =>
            new TestCaseData(field, change).SetArgDisplayNames(field);
        yield return Case("partner", g => g with { Partner = null });
        yield return Case("partner", g => g with { Group = "customers" });
        yield return Case("group", g => g with { Partner = null, Group = "suppliers" });
        yield return Case("templates[1]", g => g with { Templates = ["stack", "gone"], Where = [new("x", ["y"])] });
        yield return Case("templates", g => g with { Templates = [.. Enumerable.Repeat("stack", 33)] });
        yield return Case(
            "where",
            g => g with { Where = [.. Enumerable.Repeat(new GrantCondition("order", ["a"]), 9)] }
        );
        yield return Case(
            "where[0].values",
            g => g with { Where = [new GrantCondition("order", [.. Enumerable.Repeat("a", 101)])] }
        );
        yield return Case(
            "fields.attributes",
            g => g with { Fields = new GrantFields { Attributes = [.. Enumerable.Repeat("order", 65)] } }
        );
        yield return Case(
            "until",
            g => g with { From = DateTimeOffset.Parse("2027-01-02Z"), Until = DateTimeOffset.Parse("2027-01-02Z") }
        );
        yield return Case("purpose", g => g with { Purpose = new string('x', 501) });
    }

    [TestCaseSource(nameof(FaultyParts))]
    public async Task Grant_OneFault_NamesItAlone(string field, Func<Grant, Grant> change)
    {
        var error = (await Grants.MakeAsync(change(Wanted()), Node.Admin, default)).Error!;

        Assert.That(Fields(error), Is.EqualTo([field]));
        Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidValue));
    }

    [Test]
    public async Task Grant_OnAWithdrawnTemplate_IsRefused()
    {
        await Node.Templates.WithdrawAsync("stack", Node.Admin, default);

        var error = (await Grants.MakeAsync(Wanted() with { Templates = ["stack"] }, Node.Admin, default)).Error!;

        Assert.That(Fields(error), Is.EqualTo(["templates[0]"]));
    }

    [Test]
    public async Task Grant_OverItsLife_WaitsHoldsAndIsOver()
    {
        var now = Node.Time.GetUtcNow();
        var wanted = Wanted() with { From = now.AddHours(1), Until = now.AddHours(2) };
        var made = CoreFixture.Ok(await Grants.MakeAsync(wanted, Node.Admin, default));

        Assert.That(
            new[] { now, now.AddHours(1), now.AddHours(2) }.Select(made.StateAt),
            Is.EqualTo([GrantState.Waiting, GrantState.InForce, GrantState.Over])
        );
        var ended = CoreFixture.Ok(await Grants.EndAsync(made.Id, Node.Admin, default));
        Assert.That(ended.StateAt(now.AddHours(1)), Is.EqualTo(GrantState.Over));
        var head = await HeadAsync();
        Node.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(CoreFixture.Ok(await Grants.EndAsync(made.Id, Node.Admin, default)).EndedAt, Is.EqualTo(now));
        Assert.That(await HeadAsync(), Is.EqualTo(head), "Ending again changes nothing.");
        Assert.That((await Grants.EndAsync("g0", Node.Admin, default)).Error!.Code, Is.EqualTo(ErrorCode.NotFound));
    }

    [Test]
    public async Task Reading_ByAPartner_ShowsItselfAndItsGrantsAlone()
    {
        var own = CoreFixture.Ok(await Grants.MakeAsync(Wanted(), Node.Admin, default));
        var group = Wanted() with { Partner = null, Group = "customers" };
        var shared = CoreFixture.Ok(await Grants.MakeAsync(group, Node.Admin, default));
        var others = CoreFixture.Ok(await Grants.MakeAsync(Wanted() with { Partner = "weichai" }, Node.Admin, default));
        var byd = new Caller(Role.Partner, 103, "k-byd") { Partner = "byd" };
        var untied = new Caller(Role.Partner, 104, "k-old");
        var reader = new Caller(Role.Reader, 105, "k-reader");

        Assert.That(Ids(byd), Is.EqualTo([own.Id, shared.Id]));
        Assert.That(Ids(byd, limit: 1), Is.EqualTo([own.Id]));
        Assert.That(Ids(byd, after: own.Id), Is.EqualTo([shared.Id]));
        Assert.That(Reader.Grants(null, null, 10, untied).Error!.Code, Is.EqualTo(ErrorCode.Forbidden));
        Assert.That(Ids(reader), Is.EqualTo([own.Id, shared.Id, others.Id]));
        Assert.That(Ids(reader, "weichai"), Is.EqualTo([others.Id]));
        Assert.That(Codes(byd), Is.EqualTo(["byd"]));
        Assert.That(Codes(reader), Is.EqualTo(["byd", "weichai"]));
        // What is another's is refused in the very words for what is not there.
        Assert.That(
            Reader.Grant(others.Id, byd).Error!.Message.En.Replace(others.Id, "g0"),
            Is.EqualTo(Reader.Grant("g0", byd).Error!.Message.En)
        );
        Assert.That(Reader.Partner("weichai", byd).Error!.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(Reader.Grants("weichai", null, 10, byd).Error!.Code, Is.EqualTo(ErrorCode.NotFound));
        Assert.That(Reader.Grants(null, others.Id, 10, byd).Error!.Code, Is.EqualTo(ErrorCode.NotFound));
    }

    [Test]
    public void Reading_ByAKeyBoundToAPrefix_IsForbidden()
    {
        var bound = new Caller(Role.Reader, 106, "k-bound")
        {
            Prefix = CoreFixture.Ok(Core.Identifiers.Identifier.Parse("88.300.1/x")).Prefix,
        };

        Assert.That(Reader.Partners(null, 10, bound).Error!.Code, Is.EqualTo(ErrorCode.Forbidden));
    }

    [Test]
    public async Task Key_OfAPartner_IsTiedToIt()
    {
        var key = await Node.Keys.CreateAsync(new NewKey(Role.Partner, Partner: "byd"), Node.Admin, default);
        Assert.That(CoreFixture.Ok(key).Key.Partner, Is.EqualTo("byd"));

        var wrong = new NewKey(Role.Reader, "user", Prefix: "88.300.1", Secret: "long-enough-42!", Partner: "nobody");
        Assert.That(
            Fields((await Node.Keys.CreateAsync(wrong, Node.Admin, default)).Error!),
            Is.EquivalentTo(["partner", "role", "prefix", "secret"])
        );
    }

    private static Grant Wanted() =>
        new()
        {
            Id = "",
            CreatedAt = default,
            Partner = "byd",
            Fields = new GrantFields(),
            Purpose = "Warranty",
        };

    private static IEnumerable<string?> Fields(Error error) =>
        error.Details.Count > 0 ? error.Details.Select(e => e.Field) : [error.Field];

    private IEnumerable<string> Ids(Caller caller, string? partner = null, string? after = null, int limit = 10) =>
        CoreFixture.Ok(Reader.Grants(partner, after, limit, caller)).Select(g => g.Id);

    private IEnumerable<string> Codes(Caller caller) =>
        CoreFixture.Ok(Reader.Partners(null, 10, caller)).Select(p => p.Code);

    private async Task<(Partner Partner, bool IsNew)> SaveAsync(string code, params string[] groups) =>
        CoreFixture.Ok(await Partners.SaveAsync(new Partner { Code = code, Groups = groups }, Node.Admin, default));

    private Task<Result<(Partner Partner, bool IsNew)>> SaveCompanyAsync(string company) =>
        Partners.SaveAsync(new Partner { Code = "byd", Company = company }, Node.Admin, default);

    private async Task<string> RegisterAsync(string template)
    {
        var identifier = $"88.300.1/{template}-1";
        var request = new RegistrationRequest { Identifier = identifier, Template = template };
        CoreFixture.Ok(await Node.Registrar.RegisterAsync(request, Node.Mes, default));
        return identifier;
    }

    private ValueTask<long> HeadAsync() => Node.Store.Log.HeadAsync(default);
}
