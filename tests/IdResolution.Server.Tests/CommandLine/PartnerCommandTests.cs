using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>partner</c>, <c>grant</c> and <c>key create --partner</c>.</summary>
[TestFixture]
public sealed class PartnerCommandTests : CommandLineFixture
{
    [SetUp]
    public async Task MakePartnerAsync()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"},{"code":"lot","type":"text"}]""");
        await DoAsync("partner", "add", "haidong", "--data", Data, "--name-zh", "海东", "--group", "customers");
    }

    [Test]
    public async Task Partner_Added_IsListedAndShownWithItsKeysAndGrants()
    {
        var made = await DoAsync("key", "create", "--data", Data, "--role", "partner", "--partner", "haidong");
        var grant = await AddAsync("--group", "customers");

        Assert.That(made, Does.StartWith("idr_"));
        Assert.That(await DoAsync("partner", "list", "--data", Data), Does.Match("haidong +customers +海东"));
        Assert.That(await DoAsync("key", "list", "--data", Data), Does.Match("partner +active .* haidong"));
        var shown = JsonDocument.Parse(await DoAsync("partner", "show", "haidong", "--data", Data)).RootElement;
        Assert.That(shown.GetProperty("keys").GetArrayLength(), Is.EqualTo(1));
        Assert.That(
            shown.GetProperty("grants")[0].GetProperty("id").GetString(),
            Is.EqualTo(grant.GetProperty("id").GetString())
        );
        var all = JsonDocument.Parse(await DoAsync("partner", "list", "--data", Data, "--json")).RootElement;
        Assert.That(all[0].GetProperty("names").GetProperty("zh").GetString(), Is.EqualTo("海东"));
        var absent = await RunAsync("partner", "show", "nobody", "--data", Data);
        Assert.That((absent.Code, absent.Error), Is.EqualTo((1, "code: There is no partner nobody.\n")));
    }

    [Test]
    public async Task Grant_WithEveryOption_HoldsAtAServingNodeUntilItIsEnded()
    {
        using var serving = await OpenAsync();
        var made = await AddAsync(
            "--partner",
            "haidong",
            "--template",
            "bolt",
            "--where",
            "size=M4",
            "--where",
            "size=M5",
            "--where",
            "lot=1",
            "--attribute",
            "lot",
            "--visibility",
            "partner",
            "--event",
            "ship",
            "--link",
            "contains",
            "--measurements",
            "--hidden",
            "anonymous",
            "--from",
            "2026-01-01T00:00:00Z",
            "--until",
            "2126-01-01T00:00:00+08:00"
        );
        var id = made.GetProperty("id").GetString()!;
        await serving.Get<LogFollower>().CatchUpAsync(default);

        var kept = serving.Get<CatalogHolder>().Current.Grants[id];
        Assert.That(
            kept.Where.Select(w => $"{w.Attribute}={string.Join('|', w.Values)}"),
            Is.EqualTo(["size=M4|M5", "lot=1"])
        );
        Assert.That(kept.Fields.Measurements && kept.Hidden == HiddenForm.Anonymous);
        Assert.That(made.GetProperty("state").GetString(), Is.EqualTo("in-force"));
        Assert.That(made.GetProperty("until").GetDateTimeOffset(), Is.EqualTo(kept.Until));
        Assert.That(
            await DoAsync("grant", "list", "--data", Data, "--partner", "haidong"),
            Does.Match($"{id} +in-force +haidong +bolt +2125-12-31 16:00:00Z +Warranty")
        );

        var ended = await DoAsync("grant", "end", id, "--data", Data);
        await serving.Get<LogFollower>().CatchUpAsync(default);

        Assert.That(ended, Does.StartWith($"Grant {id} is over since 20"));
        Assert.That(serving.Get<CatalogHolder>().Current.Grants[id].EndedAt, Is.Not.Null);
        var list = JsonDocument.Parse(await DoAsync("grant", "list", "--data", Data, "--json")).RootElement;
        Assert.That(list[0].GetProperty("state").GetString(), Is.EqualTo("over"));
    }

    [Test]
    public async Task Doctor_NamesKeysOfRolePartnerThatAreTiedToNone()
    {
        await DoAsync("key", "create", "--data", Data, "--role", "partner", "--partner", "haidong");
        Assert.That(await DoAsync("doctor", "--data", Data), Does.Match("(?m)^API keys +ok +2 keys$"));
        await DoAsync("key", "create", "--data", Data, "--role", "partner");
        var keys = JsonDocument.Parse(await DoAsync("key", "list", "--data", Data, "--json")).RootElement;
        var untied = keys[keys.GetArrayLength() - 1].GetProperty("id").GetString();

        Assert.That(
            await DoAsync("doctor", "--data", Data),
            Does.Match($"(?m)^API keys +ok +3 keys; 1 with role partner are tied to no partner .*: {untied}$")
        );
        Assert.That(await DoAsync("doctor", "--data", Data, "--lang", "zh"), Does.Contain("不属于任何合作伙伴"));
    }

    [Test]
    public async Task Grants_AreInCopiesAndBackups()
    {
        var id = (await AddAsync("--partner", "haidong")).GetProperty("id").GetString()!;
        var (copy, backup) = (Path.Combine(Root, "copy"), Path.Combine(Root, "backup.db"));
        await DoAsync("backup", backup, "--data", Data);
        await DoAsync("copy", "--from", Data, "--to", copy);
        File.Copy(Path.Combine(Data, "secrets.key"), Path.Combine(copy, "secrets.key"));
        await DoAsync("grant", "end", id, "--data", Data);
        await DoAsync("restore", backup, "--data", Data);

        foreach (var data in new[] { copy, Data })
        {
            var list = await DoAsync("grant", "list", "--data", data, "--partner", "haidong");
            Assert.That(list, Does.Match($"{id} +in-force +haidong"), data);
            Assert.That(await DoAsync("doctor", "--data", data), Does.Not.Contain("FAILED"));
        }
    }

    [TestCase("--partner: There is no partner x.", "--partner", "x")]
    [TestCase("--where: --where must be ATTR=VALUE.", "--partner", "haidong", "--where", "size")]
    [TestCase("--template: --template names nut, which", "--partner", "haidong", "--template", "nut")]
    [TestCase("--event: --event must be of commission,", "--partner", "haidong", "--event", "eat")]
    [TestCase("--until: --until must be in the future.", "--partner", "haidong", "--until", "2020-01-01T00:00:00Z")]
    [TestCase("--until: --until must be a date and time", "--partner", "haidong", "--until", "tomorrow")]
    public async Task Grant_WithAFault_IsRefusedNamingTheOption(string message, params string[] options)
    {
        var ran = await RunAsync(["grant", "add", "--data", Data, "--purpose", "test", .. options]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((1, "")), ran.Error);
        Assert.That(ran.Error, Does.Contain(message));
    }

    private async Task<JsonElement> AddAsync(params string[] options) =>
        JsonDocument
            .Parse(await DoAsync(["grant", "add", "--data", Data, "--purpose", "Warranty", .. options]))
            .RootElement;
}
