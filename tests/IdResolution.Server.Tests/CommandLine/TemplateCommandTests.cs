using System.Text.Json;
using IdResolution.Core.Catalog;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class TemplateCommandTests : CommandLineFixture
{
    [Test]
    public async Task Export_ThenImportIntoAnotherNode_IsTheSame()
    {
        await InitAsync();
        await MakeTemplateAsync("part", """[{"code":"name","type":"text","names":{"zh":"名称"}}]""");
        var other = Path.Combine(Root, "other");
        await InitAsync(other);
        var file = Path.Combine(Root, "pack.json");

        await DoAsync("template", "export", "--data", Data, "--output", file);
        var first = await DoAsync("template", "import", file, "--data", other);
        var second = await DoAsync("template", "import", file, "--data", other);

        Assert.That(await File.ReadAllTextAsync(file), Does.Contain("名称"));
        Assert.That(first, Does.StartWith("2 "), "a template and its rule");
        Assert.That(second, Does.Contain("nothing to do"));
        Assert.That(
            await DoAsync("template", "export", "--data", other),
            Is.EqualTo(await DoAsync("template", "export", "--data", Data))
        );
    }

    [Test]
    public async Task Export_OneTemplate_IsWholeByItself()
    {
        await InitAsync();

        var pack = JsonDocument
            .Parse(await DoAsync("template", "export", "--data", Data, "--template", "membrane-roll"))
            .RootElement;

        Assert.That(
            pack.GetProperty("templates").EnumerateArray().Select(t => t.GetProperty("code").GetString()),
            Is.EqualTo(new[] { "membrane-roll" })
        );
        Assert.That(
            pack.GetProperty("codingRules").EnumerateArray().Select(t => t.GetProperty("code").GetString()),
            Is.EqualTo(new[] { "membrane-roll" })
        );
        Assert.That(
            pack.GetProperty("categories").EnumerateArray().Select(t => t.GetProperty("code").GetString()),
            Is.EqualTo(new[] { "physical", "material" })
        );
    }

    [Test]
    public async Task Import_OneTemplate_IsPublished()
    {
        await InitAsync();

        await DoAsync(
            "template",
            "import",
            Write("t.json", """{"code":"screw","attributes":[{"code":"size","type":"text"}]}""", mark: true),
            "--data",
            Data
        );

        using var node = await OpenAsync();
        Assert.That(node.Get<CatalogHolder>().Current.FindPublished("screw"), Is.Not.Null);
    }

    [TestCase("{", 2, "not a template pack")]
    [TestCase("[]", 2, "not a template pack")]
    [TestCase("""{"templates":[null]}""", 2, "null")]
    [TestCase("""{"code":"a","attributes":[null]}""", 2, "null")]
    [TestCase("""{"code":"a","attributs":[]}""", 2, "attributs")]
    [TestCase("""{"code":"A b"}""", 1, "templates.A b.code: ")]
    [TestCase("""{"code":"a","category":"nope"}""", 1, "no category nope")]
    public async Task Import_Wrong_SaysWhat(string json, int code, string expected)
    {
        await InitAsync();

        var ran = await RunAsync("template", "import", Write("t.json", json), "--data", Data);

        Assert.That(ran.Code, Is.EqualTo(code), ran.Error);
        Assert.That(ran.Error, Does.Contain(expected));
    }

    [Test]
    public async Task Export_UnknownTemplate_ListsThoseThereAre()
    {
        await InitAsync();

        var ran = await RunAsync("template", "export", "--data", Data, "--template", "mea", "nope");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("no nope").And.Contain("membrane-roll"));
    }
}
