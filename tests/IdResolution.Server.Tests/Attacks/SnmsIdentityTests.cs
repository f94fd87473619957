using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Templates;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Snms;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>An identity of the SNMS protocol that would see or write more than it may.</summary>
[TestFixture]
public sealed class SnmsIdentityTests : SnmsFixture
{
    private const string Enterprise = Prefix + ".7";
    private const string Filler = Prefix + ".9";

    [Test]
    public async Task Template_DeletedAndMadeAnew_StaysAsHiddenAsAnAdminMadeIt()
    {
        var version = await TemplateAsync();
        await HideAsync(version);

        await DeleteAsync(version);
        await TemplateAsync(version);

        Assert.That(Visibilities(version), Is.EqualTo([Visibility.Public, Visibility.Private]));
    }

    [Test]
    public async Task Template_MadeAnewWithoutAnAttribute_HidesItWhenItIsAddedAgain()
    {
        var version = await TemplateAsync();
        await HideAsync(version);
        await DeleteAsync(version);
        var without = Template(version);
        without["items"] = new[] { Item("箱码", "boxCode", 2000, true, 1, 64) };
        var with = Template(version);
        with["items"] = new[] { Item("规格", "spec", 2001), Item("批次", "batch", 2002) };

        Assert.That((await CallAsync("POST", SnmsPaths.TemplateV5, without)).Outcome, Is.EqualTo((1, Success)));
        Assert.That((await CallAsync("PUT", SnmsPaths.TemplateV5, with)).Outcome, Is.EqualTo((1, Success)));

        Assert.That(
            Visibilities(version),
            Is.EqualTo([Visibility.Public, Visibility.Private, Visibility.Public]),
            "a new attribute is public"
        );
    }

    [Test]
    public async Task Detail_BeyondTheOwnPrefix_ShowsWhatEverybodySees()
    {
        await IdentityAsync("enterprise", Password, prefix: Enterprise);
        await IdentityAsync("neighbour", Password, prefix: Prefix + ".8");
        await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates:import",
            """
            {"templates":[{"code":"hushed","attributes":[{"code":"open","type":"text","visibility":"public"},
             {"code":"part","type":"text","visibility":"partner"},{"code":"shut","type":"text"}]}]}
            """
        );
        foreach (var prefix in new[] { Prefix, Enterprise })
        {
            var made = await Server.SendAsync(
                Role.Admin,
                "POST",
                "/api/v1/identifiers",
                $$"""
                {"template":"hushed","identifier":"{{prefix}}/HUSHED",
                 "attributes":{"open":"a","part":"b","shut":"c"} }
                """
            );
            Assert.That(made.Status, Is.EqualTo(201), made.Text);
        }
        var (enterprise, neighbour) = (
            await TokenAsync("enterprise", Password),
            await TokenAsync("neighbour", Password)
        );

        // The second time L1 has the answer rendered.
        for (var i = 0; i < 2; i++)
        {
            Assert.That(await IndexesAsync(Enterprise, enterprise), Is.EqualTo([1000, 1001, 2000, 2001, 2002]));
            Assert.That(await IndexesAsync(Prefix, Token), Is.EqualTo([1000, 1001, 2000, 2001, 2002]));
            Assert.That(await IndexesAsync(Enterprise, Token), Is.EqualTo([1000, 1001, 2000]));
            Assert.That((await HushedAsync(Enterprise, neighbour)).Status, Is.EqualTo(-2));
            Assert.That((await HushedAsync(Prefix, neighbour)).Status, Is.EqualTo(-2));
        }
    }

    [TestCase("name", "请求参数格式错误: items[0].name")]
    [TestCase("description", "请求参数格式错误: description")]
    [TestCase("version", "请求参数格式错误: version")]
    [TestCase("industryTrade", "请求参数格式错误: industryTrade")]
    public async Task Template_WithControlCharacters_IsRefused(string member, string message)
    {
        const string Steering = "a\u001b]0;p\u0007";
        var template = Template(await TemplateAsync());
        if (member == "name")
        {
            template["items"] = new[] { Item(Steering, "boxCode", 2000) };
        }
        else
        {
            template[member] = Steering;
        }

        Assert.That((await CallAsync("POST", SnmsPaths.TemplateV5, template)).Outcome, Is.EqualTo((-2, message)));
        Assert.That((await CallAsync("PUT", SnmsPaths.TemplateV5, template)).Outcome, Is.EqualTo((-2, message)));
    }

    [Test]
    public async Task Templates_BeyondAThousandOfAPrefix_AreRefused()
    {
        await IdentityAsync("filler", Password, prefix: Filler);
        var token = await TokenAsync("filler", Password);
        var pack = Enumerable
            .Range(0, 999)
            .Select(i => new
            {
                code = $"filler-{i}",
                prefix = Filler,
                versionText = $"FILLER-{i}",
                attributes = Array.Empty<object>(),
            });
        var imported = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates:import",
            JsonSerializer.Serialize(new { templates = pack })
        );
        Assert.That(imported.Status, Is.EqualTo(200), imported.Text);

        var last = await MakeAsync("LAST");
        var beyond = await MakeAsync("BEYOND");
        await CallAsync("DELETE", SnmsPaths.TemplateV5, new { prefix = Filler, version = "LAST" }, token);
        var afterDeletion = await MakeAsync("BEYOND");
        var again = await MakeAsync("LAST");

        Assert.That((last, again), Is.EqualTo(((1, Success), (1, Success))));
        Assert.That(
            beyond,
            Is.EqualTo((-2, $"前缀{Filler}的模板数已达上限1000个（含已删除的模板），请修改已有模板或联系管理员"))
        );
        Assert.That(afterDeletion, Is.EqualTo(beyond), "a deleted one is still held");

        async Task<(int, string)> MakeAsync(string version) =>
            (await CallAsync("POST", SnmsPaths.TemplateV5, Template(version, Filler), token)).Outcome;
    }

    private Task<SnmsAnswer> HushedAsync(string prefix, string token) =>
        CallAsync("GET", $"{SnmsPaths.Detail}?handle={prefix}/HUSHED", null, token);

    private async Task<IEnumerable<int>> IndexesAsync(string prefix, string token) =>
        ValuesOf(await HushedAsync(prefix, token)).Keys;

    private async Task DeleteAsync(string version) =>
        Assert.That(
            (await CallAsync("DELETE", SnmsPaths.TemplateV5, new { prefix = Prefix, version })).Outcome,
            Is.EqualTo((1, Success))
        );

    /// <summary>Has an admin publish a version of a template whose attribute spec is private.</summary>
    private async Task HideAsync(string version)
    {
        var code = Server.Node.Catalog.Current.CodesOf(version)[0];
        var saved = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            $$"""
            {"code":"{{code}}","prefix":"{{Prefix}}","attributes":[
             {"code":"boxCode","type":"text","visibility":"public"},
             {"code":"spec","type":"text","visibility":"private"}]}
            """
        );
        var published = await Server.SendAsync(Role.Admin, "POST", $"/api/v1/templates/{code}/publish");
        Assert.That((saved.Status, published.Status), Is.EqualTo((201, 200)), saved.Text);
    }

    private IEnumerable<Visibility> Visibilities(string version)
    {
        var known = Server.Node.Catalog.Current;
        Assert.That(known.CodesOf(version), Has.Count.EqualTo(1), "the template goes on");
        return known.FindPublished(known.CodesOf(version)[0])!.Attributes.Select(a => a.Visibility);
    }
}
