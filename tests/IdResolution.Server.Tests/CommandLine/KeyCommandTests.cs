using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class KeyCommandTests : CommandLineFixture
{
    [SetUp]
    public Task MakeNode() => InitAsync();

    [Test]
    public async Task Create_WhileANodeIsOpen_PrintsTheKeyAloneAndTheNodeTakesIt()
    {
        using var serving = await OpenAsync();

        var ran = await RunAsync(
            "key",
            "create",
            "--data",
            Data,
            "--role",
            "registrar",
            "--name",
            "产线 3",
            "--expires",
            "90d",
            "--rate-limit",
            "50"
        );
        await serving.Get<IdResolution.Core.Coherence.LogFollower>().CatchUpAsync(default);

        var caller = serving
            .Get<IdResolution.Core.Catalog.CatalogHolder>()
            .Current.KeyTable.Authenticate(Encoding.UTF8.GetBytes(ran.Output.Trim()))
            .Value;
        var key = serving.Get<IdResolution.Core.Catalog.CatalogHolder>().Current.Keys[^1];
        Assert.That(ran.Code, Is.Zero, ran.Error);
        Assert.That(ran.Output.Trim(), Does.Match("^idr_[A-Za-z0-9_-]{43}$"));
        Assert.That(ran.Error, Does.Contain("only once").And.Not.Contain(ran.Output.Trim()));
        Assert.That(caller?.Role, Is.EqualTo(Role.Registrar));
        Assert.That((key.Name, key.RateLimit), Is.EqualTo(("产线 3", 50)));
        Assert.That(key.ExpiresAt, Is.EqualTo(DateTimeOffset.UtcNow.AddDays(90)).Within(TimeSpan.FromMinutes(1)));
    }

    [TestCase("\n")]
    [TestCase("\r\n")]
    [TestCase("")]
    public async Task Create_WithASecretInAFile_CutsItsLastLineEndAndShowsNothingOfIt(string end)
    {
        var file = Path.Combine(Root, "secret");
        await File.WriteAllTextAsync(file, "Node#2024-line-3" + end);

        var ran = await RunAsync(
            "key",
            "create",
            "--data",
            Data,
            "--role",
            "registrar",
            "--name",
            "mes-line-3",
            "--secret-file",
            file
        );
        var list = await DoAsync("key", "list", "--data", Data, "--json");

        Assert.That((ran.Code, ran.Output + ran.Error + list), Is.EqualTo((0, ran.Output + ran.Error + list)));
        Assert.That(ran.Output + ran.Error + list, Does.Not.Contain("Node#2024"));
        using var listed = JsonDocument.Parse(list);
        Assert.That(
            listed
                .RootElement.EnumerateArray()
                .Count(k => k.TryGetProperty("hasSecret", out var has) && has.GetBoolean()),
            Is.EqualTo(1)
        );
        using var node = await OpenAsync();
        var logins = new IdResolution.Core.Snms.SnmsLogins(
            node.Get<CatalogHolder>(),
            node.Get<IdResolution.Core.Primitives.NodeSecrets>(),
            new IdResolution.Core.Snms.SnmsTokens(
                node.Get<CatalogHolder>(),
                node.Get<IdResolution.Core.Primitives.NodeSecrets>(),
                TimeProvider.System
            ),
            new GuessDelays(TimeProvider.System),
            node.Get<Auditor>(),
            TimeProvider.System
        );
        Assert.That(logins.LogIn("mes-line-3", "Node#2024-line-3", false, Caller.Anonymous).IsOk);
    }

    [Test]
    public async Task Create_WithASecretThatCannotBeTaken_IsRefused()
    {
        var ran = await RunAsync(
            "key",
            "create",
            "--data",
            Data,
            "--role",
            "registrar",
            "--name",
            "u",
            "--secret",
            "short"
        );
        var both = await RunAsync(
            "key",
            "create",
            "--data",
            Data,
            "--role",
            "registrar",
            "--secret",
            "a",
            "--secret-file",
            "b"
        );
        var absent = await RunAsync("key", "create", "--data", Data, "--role", "registrar", "--secret-file", "/none");

        Assert.That((ran.Code, ran.Error.Trim()), Is.EqualTo((1, ran.Error.Trim())));
        Assert.That(ran.Error, Does.Contain("secret").And.Not.Contain("short"));
        Assert.That((both.Code, absent.Code), Is.EqualTo((2, 2)));
    }

    [TestCase("2027-01-01T00:00:00+08:00", "2026-12-31T16:00:00Z")]
    [TestCase("2099-01-01T00:00:00.5Z", "2099-01-01T00:00:00.5Z")]
    public async Task Create_ExpiryAsTime_IsThatMoment(string expires, string expected)
    {
        // The clock of the machine that runs the tests may be anywhere.
        Assume.That(DateTimeOffset.Parse(expires), Is.GreaterThan(DateTimeOffset.UtcNow));

        await DoAsync("key", "create", "--data", Data, "--role", "reader", "--expires", expires);

        using var node = await OpenAsync();
        Assert.That(node.Get<CatalogHolder>().Current.Keys[^1].ExpiresAt, Is.EqualTo(DateTimeOffset.Parse(expected)));
    }

    [Test]
    public async Task Create_NoEnd_EndsAfterAYear()
    {
        await DoAsync("key", "create", "--data", Data, "--role", "reader");

        using var node = await OpenAsync();
        Assert.That(
            node.Get<CatalogHolder>().Current.Keys.Select(k => k.ExpiresAt!.Value),
            Has.All.EqualTo(DateTimeOffset.UtcNow.AddDays(365)).Within(TimeSpan.FromMinutes(5))
        );
    }

    [Test]
    public async Task Create_NoExpiry_NeverEnds()
    {
        var ran = await RunAsync("key", "create", "--data", Data, "--role", "reader", "--no-expiry");
        var both = await RunAsync(
            "key",
            "create",
            "--data",
            Data,
            "--role",
            "reader",
            "--no-expiry",
            "--expires",
            "90d"
        );

        using var node = await OpenAsync();
        Assert.That(node.Get<CatalogHolder>().Current.Keys[^1].ExpiresAt, Is.Null);
        Assert.That(ran.Error, Does.Contain("never ends"));
        Assert.That((both.Code, both.Error.Trim()), Is.EqualTo((2, "Give --expires or --no-expiry, not both.")));
    }

    [Test]
    public async Task List_KeyThatEndsSoonAndWasUsed_NamesItAndItsLastUse()
    {
        var text = (
            await DoAsync("key", "create", "--data", Data, "--role", "reader", "--expires", "29d", "--name", "mes")
        ).Trim();
        string id;
        using (var node = await OpenAsync())
        {
            var catalog = node.Get<CatalogHolder>().Current;
            id = catalog.Keys[^1].Id;
            catalog.KeyTable.Authenticate(Encoding.UTF8.GetBytes(text));
            await node.Get<KeyUses>().FlushAsync(last: true, default);
        }

        var table = await RunAsync("key", "list", "--data", Data);
        var json = Listed(await DoAsync("key", "list", "--data", Data, "--json"));

        Assert.That(table.Error, Does.Contain("end within 30 days: " + id + "."));
        Assert.That(table.Output, Does.Contain("LAST USED"));
        Assert.That(
            json[^1].GetProperty("lastUsedAt").GetDateTimeOffset(),
            Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(5))
        );
        Assert.That(json[0].TryGetProperty("lastUsedAt", out _), Is.False);
    }

    [TestCase("tomorrow")]
    [TestCase("2099-01-01")]
    [TestCase("2099-01-01T00:00:00")]
    [TestCase("0d")]
    [TestCase("-3d")]
    public async Task Create_WrongExpiry_IsRefusedWithTheForm(string expires)
    {
        var ran = await RunAsync("key", "create", "--data", Data, "--role", "reader", "--expires=" + expires);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("--expires").And.Contain("90d"));
    }

    [TestCase("king")]
    [TestCase("anonymous")]
    public async Task Create_WrongRole_ListsTheRoles(string role)
    {
        var ran = await RunAsync("key", "create", "--data", Data, "--role", role);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("registrar").And.Contain("idnode key create --help"));
    }

    [Test]
    public async Task Create_SeveralFaults_PrintsEachWithItsField()
    {
        var ran = await RunAsync(
            "key",
            "create",
            "--data",
            Data,
            "--role",
            "reader",
            "--rate-limit",
            "0",
            "--expires",
            "2020-01-01T00:00:00Z"
        );

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(
            ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(':')[0]),
            Is.EquivalentTo(new[] { "expiresAt", "rateLimit" })
        );
    }

    [Test]
    public async Task Create_ChineseTerminal_RefusesInChinese()
    {
        Variables["LC_ALL"] = "zh_CN.UTF-8";

        var ran = await RunAsync("key", "create", "--data", Data, "--role", "reader", "--rate-limit", "0");

        Assert.That(ran.Error, Does.StartWith("rateLimit: rateLimit 应为"));
    }

    [Test]
    public async Task Create_WithAPrefix_IsListedWithIt()
    {
        await DoAsync("key", "create", "--data", Data, "--role", "reader", "--prefix", Prefix);

        var table = (await DoAsync("key", "list", "--data", Data)).TrimEnd().Split('\n');
        var listed = Listed(await DoAsync("key", "list", "--data", Data, "--json"));

        Assert.That(table[0], Does.Match("RATE/S +PREFIX +PARTNER +NAME$"));
        Assert.That(table[2], Does.Contain(Prefix));
        Assert.That(listed[^1].GetProperty("prefix").GetString(), Is.EqualTo(Prefix));
        Assert.That(listed[0].TryGetProperty("prefix", out _), Is.False, "the node's");
    }

    [Test]
    public async Task Create_PrefixThatIsNotHomed_IsRefusedNamingIt()
    {
        var ran = await RunAsync("key", "create", "--data", Data, "--role", "reader", "--prefix", "88.300.77");

        Assert.That((ran.Code, ran.Error.Split(':')[0]), Is.EqualTo((1, "prefix")), ran.Error);
    }

    [Test]
    public async Task Revoke_Key_IsRefusedAndListedAsRevoked()
    {
        var text = (await DoAsync("key", "create", "--data", Data, "--role", "reader")).Trim();
        var id = Listed(await DoAsync("key", "list", "--data", Data, "--json"))[^1].GetProperty("id").GetString()!;

        await DoAsync("key", "revoke", "--data", Data, id);
        await DoAsync("key", "revoke", "--data", Data, id);

        using var node = await OpenAsync();
        Assert.That(
            node.Get<CatalogHolder>().Current.KeyTable.Authenticate(Encoding.UTF8.GetBytes(text)).IsOk,
            Is.False
        );
        Assert.That(
            Listed(await DoAsync("key", "list", "--data", Data, "--json"))[^1].GetProperty("state").GetString(),
            Is.EqualTo("revoked")
        );
    }

    [Test]
    public async Task Revoke_UnknownKey_IsRefused()
    {
        var ran = await RunAsync("key", "revoke", "--data", Data, "k000");

        Assert.That((ran.Code, ran.Error.Trim()), Is.EqualTo((1, "id: There is no key k000.")));
    }

    [TestCase(0)]
    [TestCase(8)]
    public async Task Revoke_TheKeyItselfOrAPartOfIt_IsNotPrinted(int cut)
    {
        var text = (await DoAsync("key", "create", "--data", Data, "--role", "reader")).Trim();

        var ran = await RunAsync("key", "revoke", "--data", Data, text[cut..]);

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Error, Does.Contain("by its id"));
        Assert.That(ran.Error + ran.Output, Does.Not.Contain(text[^16..]));
    }

    [TestCase("key {0}")]
    [TestCase("key revoke --id {0}")]
    [TestCase("key revoke k1 --id={0}")]
    [TestCase("{0}")]
    public async Task Key_InAPlaceThatTakesNone_IsNotPrinted(string line)
    {
        const string Key = "idr_AbCdEfGh-0123456789_abcdefghijklmnopqrstuvw";

        var ran = await RunAsync(string.Format(null, line, Key).Split(' '));

        Assert.That((ran.Code, ran.Output), Is.EqualTo((2, "")));
        Assert.That(ran.Error, Does.Contain("'idr_…'").Or.Contain("=idr_…'").And.Not.Contain("idr_A"));
    }

    [Test]
    public async Task List_Table_HasARowForEachKeyAndNoSecret()
    {
        var text = (await DoAsync("key", "create", "--data", Data, "--role", "partner", "--name", "customer")).Trim();

        var table = (await DoAsync("key", "list", "--data", Data)).TrimEnd().Split('\n');

        Assert.That(table, Has.Length.EqualTo(3));
        Assert.That(table[0], Does.StartWith("ID").And.EndsWith("NAME"));
        Assert.That(table[2], Does.Contain("partner").And.EndWith("customer").And.Not.Contain(text));
    }

    private static List<JsonElement> Listed(string json) => [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
}
