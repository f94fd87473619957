using System.Net.Http.Json;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Templates;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.CommandLine;
using IdResolution.Server.Tests.Faults;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Tests.Packs;

/// <summary>Stores that were made with a former pack get today's, and keep what was changed by hand.</summary>
[TestFixture]
public sealed class PackRenewalTests : CommandLineFixture
{
    private const string Mine = """{"code":"mine","type":"text","searchable":true}""";

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task Start_StoreOfAFormerPack_HasTodaysAndFindsOldAndNew(int former)
    {
        var key = await MakeOldAsync(FuelCellPack.Whole().Former[former]);
        await DoAsync([
            .. "register --template stack --source mes --source-key S1".Split(' '),
            "--attribute",
            "serialNumber=SN1",
            "--data",
            Data,
        ]);
        string id;
        using (var node = await NodeProcess.StartAsync(Data, key))
        {
            var old = await RegisterAsync(node, "S1", """{"serialNumber":"SN1"}""", 200);
            id = old.GetProperty("identifier").GetString()!;
            Assert.That(old.GetProperty("templateVersion").GetInt32(), Is.EqualTo(1), "the same again");
            var made = await RegisterAsync(node, "S2", """{"serialNumber":"SN2","result":"pass"}""", 201);
            Assert.That(made.GetProperty("templateVersion").GetInt32(), Is.EqualTo(2));

            var resolved = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/identifiers/{id}");
            Assert.That(resolved.GetProperty("attributes").GetProperty("serialNumber").GetString(), Is.EqualTo("SN1"));
            foreach (var serial in new[] { "SN1", "SN2" })
            {
                var found = await node.Http.GetFromJsonAsync<JsonElement>(
                    $"/api/v1/search?template=stack&attr.serialNumber={serial}"
                );
                Assert.That(found.GetProperty("items").GetArrayLength(), Is.EqualTo(1), serial);
            }
            Assert.That(
                await IndexAsync(node, id, "serialNumber"),
                Is.EqualTo(await IndexAsync(node, made.GetProperty("identifier").GetString()!, "serialNumber"))
            );
            await node.KillAsync();
        }
        var before = await StateAsync();
        Assert.That(before.Versions["stack"], Is.EqualTo(2));
        Assert.That(before.Versions["company"], Is.EqualTo(1));

        using (var again = await NodeProcess.StartAsync(Data, key))
        {
            await again.KillAsync();
        }

        Assert.That((await StateAsync()).Head, Is.EqualTo(before.Head), "a second start changes nothing");
        Assert.That(await DoAsync("template", "import", "--pack", "--data", Data), Does.Contain("nothing to do"));
        Assert.That((await RunAsync("doctor", "--data", Data)).Code, Is.Zero);
    }

    [Test]
    public async Task Start_TemplateChangedByHand_ChangesNothingAndNamesIt()
    {
        var key = await MakeOldAsync();
        await ChangeAsync("mea");

        using (var node = await NodeProcess.StartAsync(Data, key))
        {
            await node.TerminateAsync();
            Assert.That(
                node.Errors,
                Does.Contain("PackRenewal[113]").And.Contain("as they are: mea.").And.Contain("--merge")
            );
        }

        var state = await StateAsync();
        Assert.That(state.Versions["mea"], Is.EqualTo(2));
        Assert.That(state.Versions["stack"], Is.EqualTo(1));
        Assert.That(state.Versions.Keys, Has.No.Member("company"));
    }

    [Test]
    public async Task ImportPack_TemplateChangedByHand_StaysUntilItIsMerged()
    {
        await MakeOldAsync();
        await ChangeAsync("mea");

        var preview = await RunAsync("template", "import", "--pack", "--dry-run", "--data", Data);
        var first = await RunAsync("template", "import", "--pack", "--data", Data);
        var again = await RunAsync("template", "import", "--pack", "--data", Data);

        Assert.That(preview.Output, Does.Contain("nothing written"));
        Assert.That(first.Code, Is.Zero, first.Error);
        Assert.That(first.Error, Does.Contain("mea").And.Contain("--merge").And.Not.Contain("stack"));
        Assert.That(again.Output, Does.Contain("nothing to do"));
        Assert.That(again.Error, Does.Contain("mea"));
        var state = await StateAsync();
        Assert.That(state.Versions["mea"], Is.EqualTo(2));
        Assert.That(state.Versions["stack"], Is.EqualTo(2));

        var merged = await RunAsync("template", "import", "--pack", "--merge", "mea", "--data", Data);
        var last = await RunAsync("template", "import", "--pack", "--data", Data);

        Assert.That((merged.Code, merged.Error), Is.EqualTo((0, "")));
        Assert.That((last.Code, last.Error), Is.EqualTo((0, "")), "it lacks nothing any more");
        using var node = await OpenAsync();
        var mea = node.Get<CatalogHolder>().Current.FindPublished("mea")!;
        Assert.That(mea.Version, Is.EqualTo(3));
        Assert.That(mea.Find("mine")?.Index, Is.EqualTo(2014), "its own index");
        Assert.That(mea.Find("batch")?.Index, Is.GreaterThan(2014), "the pack's index is taken");
        Assert.That(mea.Trace?.Links, Is.Not.Empty);
    }

    [Test]
    public async Task ImportPack_WithdrawnTemplateRuleAndCategoryOfOnesOwn_Stay()
    {
        await MakeOldAsync();
        using (var node = await OpenAsync())
        {
            var templates = node.Get<Core.Administration.TemplateEditor>();
            Ok(await templates.WithdrawAsync("person", Caller.CommandLine, default));
            var rule = node.Get<CatalogHolder>().Current.Rules["stack"].Rule with { Pattern = "MINE-{seq:8}" };
            Ok(await node.Get<Core.Administration.CodingRuleEditor>().SaveAsync(rule, Caller.CommandLine, default));
        }

        Assert.That((await RunAsync("template", "import", "--pack", "--data", Data)).Error, Is.Empty);

        using var after = await OpenAsync();
        var catalog = after.Get<CatalogHolder>().Current;
        Assert.That(catalog.FindPublished("person"), Is.Null);
        Assert.That(catalog.TemplateVersions("person"), Has.Count.EqualTo(1));
        Assert.That(catalog.Rules["stack"].Rule.Pattern, Is.EqualTo("MINE-{seq:8}"));
        Assert.That(catalog.FindPublished("stack")!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task ImportPack_Draft_IsNotPublished()
    {
        await MakeOldAsync();
        using (var node = await OpenAsync())
        {
            var mea = node.Get<CatalogHolder>().Current.FindPublished("mea")!;
            var draft = mea with { Attributes = [.. mea.Attributes, new AttributeDefinition { Code = "mine" }] };
            var templates = node.Get<Core.Administration.TemplateEditor>();
            Ok(await templates.SaveDraftAsync(draft, Caller.CommandLine, default));
        }

        var taken = await RunAsync("template", "import", "--pack", "--data", Data);
        var merged = await RunAsync("template", "import", "--pack", "--merge", "mea", "--data", Data);

        Assert.That(taken.Error, Does.Contain("mea"));
        Assert.That((merged.Code, merged.Error), Is.EqualTo((1, merged.Error)));
        Assert.That(merged.Error, Does.Contain("publish it first"));
        using var after = await OpenAsync();
        Assert.That(after.Get<CatalogHolder>().Current.FindPublished("mea")!.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Start_StoreWithoutThePack_GetsNone()
    {
        var key = await MakeOldAsync(
            new TemplatePack
            {
                Templates = [new Template { Code = "box", Attributes = [new AttributeDefinition { Code = "a" }] }],
            }
        );

        using (var node = await NodeProcess.StartAsync(Data, key))
        {
            await node.TerminateAsync();
            Assert.That(node.Errors, Does.Not.Contain("PackRenewal"));
        }

        Assert.That((await StateAsync()).Versions.Keys, Is.EqualTo(new[] { "box" }));
    }

    [TestCase("--pack", "file.json")]
    [TestCase]
    [TestCase("file.json", "--merge", "mea")]
    public async Task Import_NeitherOrBoth_SaysWhatToGive(params string[] more)
    {
        await InitAsync();

        var ran = await RunAsync([.. "template import --data".Split(' '), Data, .. more]);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("FILE.json or --pack"));
    }

    [Test]
    public async Task ImportPack_MergeOfAnUnknownTemplate_IsRefused()
    {
        await InitAsync();

        var ran = await RunAsync("template", "import", "--pack", "--merge", "nope", "--data", Data);

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Error, Does.Contain("no template nope"));
    }

    /// <summary>Makes a store as a former node did. Gives its admin key.</summary>
    private async Task<string> MakeOldAsync(TemplatePack? pack = null)
    {
        var options = new NodeOptions { Data = Data, Prefixes = [Prefix] };
        using var node = await NodeContainer.OpenAsync(options, create: true, TimeProvider.System);
        var editors = node.Get<FirstStartEditors>();
        Ok(await editors.Log.BeginAsync(null, default));
        Ok(await editors.Prefixes.HomeAsync(FirstStart.Prefixes(options), Caller.Node, default));
        Ok(await editors.Packs.ImportAsync(pack ?? FuelCellPack.Whole().Former[0], Caller.Node, default));
        return (await node.Get<FirstStart>().InitializeAsync(default))!.Value.Text;
    }

    /// <summary>Changes a template by hand, as an operator does: with an attribute at the next index.</summary>
    private async Task ChangeAsync(string code)
    {
        var pack = await DoAsync("template", "export", "--data", Data, "--template", code);
        var changed =
            pack.TrimEnd()[..pack.TrimEnd().LastIndexOf("\n      ]", StringComparison.Ordinal)] + "," + Mine + "]}]}";
        await DoAsync("template", "import", Write("changed.json", changed), "--data", Data);
    }

    private async Task<(long Head, SortedDictionary<string, int> Versions)> StateAsync()
    {
        using var node = await OpenAsync();
        var catalog = node.Get<CatalogHolder>().Current;
        return (
            await node.Get<NodeStore>().Log.HeadAsync(default),
            new(catalog.TemplateCodes.ToDictionary(c => c, c => catalog.FindLatest(c)!.Version), StringComparer.Ordinal)
        );
    }

    private static async Task<JsonElement> RegisterAsync(NodeProcess node, string key, string attributes, int status)
    {
        using var body = JsonContent.Create(
            JsonDocument
                .Parse($$"""{"template":"stack","source":"mes","sourceKey":"{{key}}","attributes":{{attributes}}}""")
                .RootElement
        );
        using var answer = await node.Http.PostAsync("/api/v1/identifiers", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The Handle index of a value.</summary>
    private static async Task<int> IndexAsync(NodeProcess node, string id, string type)
    {
        var handle = await node.Http.GetFromJsonAsync<JsonElement>($"/api/handles/{id}");
        return handle
            .GetProperty("values")
            .EnumerateArray()
            .Single(v => v.GetProperty("type").GetString() == type)
            .GetProperty("index")
            .GetInt32();
    }

    private static void Ok<T>(Core.Errors.Result<T> result) =>
        Assert.That(result.IsOk, Is.True, result.IsOk ? "" : result.Error.Message.En);
}
