using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class RegisterCommandTests : CommandLineFixture
{
    [SetUp]
    public async Task MakeNode()
    {
        await InitAsync();
        await MakeTemplateAsync(
            "part",
            """[{"code":"name","type":"text","visibility":"public"},{"code":"weight","type":"decimal","visibility":"partner"},{"code":"marks","type":"text","repeated":true}]"""
        );
    }

    [Test]
    public async Task Register_Item_PrintsItsRecordAndResolvesAsEachRoleSeesIt()
    {
        var printed = JsonDocument
            .Parse(
                await DoAsync(
                    "register",
                    "--data",
                    Data,
                    "--template",
                    "part",
                    "--source",
                    "mes",
                    "--source-key",
                    "1",
                    "--attribute",
                    "name=a=b",
                    "--attribute",
                    "weight=1.50",
                    "--attribute",
                    "marks=x",
                    "--attribute",
                    "marks=y;z"
                )
            )
            .RootElement;
        var id = printed.GetProperty("identifier").GetString()!;

        Assert.That(
            JsonSerializer.Serialize(printed.GetProperty("attributes")),
            Is.EqualTo("""{"name":"a=b","weight":1.5,"marks":["x","y;z"]}""")
        );
        Assert.That(await AttributesAsync(id, "admin"), Is.EqualTo("name weight marks"));
        Assert.That(await AttributesAsync(id, "partner"), Is.EqualTo("name weight"));
        Assert.That(await AttributesAsync(id, "anonymous"), Is.EqualTo("name"));
    }

    [Test]
    public async Task Register_SameAgain_PrintsTheSameRecord()
    {
        string[] verb =
        [
            "register",
            "--data",
            Data,
            "--template",
            "part",
            "--source",
            "mes",
            "--source-key",
            "1",
            "--attribute",
            "name=a",
        ];

        var first = await DoAsync(verb);
        var second = await DoAsync(verb);

        Assert.That(second, Is.EqualTo(first));
        Assert.That(await RecordsAsync("part"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Register_SeveralFaults_PrintsEachWithItsField()
    {
        var ran = await RunAsync(
            "register",
            "--data",
            Data,
            "--template",
            "part",
            "--attribute",
            "weight=heavy",
            "--attribute",
            "colour=red"
        );

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Output, Is.Empty);
        Assert.That(ran.Error, Does.Contain("attributes.weight: ").And.Contain("attributes.colour: "));
    }

    [TestCase("--template", "nope", 1, "template: There is no template nope.")]
    [TestCase("--attribute", "nothing", 2, "CODE=VALUE")]
    [TestCase("--identifier", "99.1/x", 1, "identifier: ")]
    public async Task Register_Wrong_SaysWhat(string option, string value, int code, string expected)
    {
        string[] template = option == "--template" ? [] : ["--template", "part"];

        var ran = await RunAsync(["register", "--data", Data, .. template, option, value]);

        Assert.That(ran.Code, Is.EqualTo(code));
        Assert.That(ran.Error, Does.Contain(expected));
    }

    [TestCase("88.300.1/none", "is not registered")]
    [TestCase("nonsense", "slash")]
    public async Task Resolve_Unknown_IsRefused(string id, string expected)
    {
        var ran = await RunAsync("resolve", "--data", Data, id);

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Error, Does.Contain(expected));
    }

    private async Task<string> AttributesAsync(string id, string role) =>
        string.Join(
            ' ',
            JsonDocument
                .Parse(await DoAsync("resolve", "--data", Data, id, "--as", role))
                .RootElement.GetProperty("attributes")
                .EnumerateObject()
                .Select(p => p.Name)
        );
}
