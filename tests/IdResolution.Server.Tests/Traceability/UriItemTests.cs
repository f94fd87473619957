using System.Text.Json.Nodes;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Rest;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>
/// Items that others name by URIs: read alike everywhere, and the record's once one has their GS1 key.
/// </summary>
[TestFixture]
public sealed class UriItemTests : NodeFixture
{
    private static int _serials;

    [TestCase("place", "https://Acme.example/Hall", "HTTPS://acme.example/HALL")]
    [TestCase("equipment", "urn:acme:Press", "URN:ACME:press")]
    [TestCase("documents", "urn:acme:Order", "URN:ACME:order")]
    public async Task Texts_OfPlacesAndTheLike_ThatAreUris_CountAlikeInAnyCase(string member, string one, string other)
    {
        var item = Server.NewId();

        var first = await SendAsync("observe", item, (member, one));
        var again = await SendAsync("observe", item, (member, other));

        Assert.That((first.Status, again.Status), Is.EqualTo((201, 200)), again.ToString());
        Assert.That(Faults(), Is.Empty);
    }

    [Test]
    public async Task Uris_OfItems_CountAlikeButForTheirPath()
    {
        var serial = Serial();
        var first = await SendAsync("observe", $"https://acme.example/items/a{serial}");
        var again = await SendAsync("observe", $"HTTPS://ACME.example/items/a{serial}");
        var other = await SendAsync("observe", $"https://acme.example/items/A{serial}");

        Assert.That((first.Status, again.Status, other.Status), Is.EqualTo((201, 200, 201)));
        Assert.That(Faults(), Is.Empty);
    }

    [TestCase("urn:epc:id:sgtin:6912345.011122.{0}", false)]
    [TestCase("https://id.gs1.org/01/06912345111225/21/{0}", true)]
    public async Task Hold_OnAUriThatIsRegisteredLater_IsTheRecordsAtOnce_AndAnyNameReleasesIt(string form, bool byUri)
    {
        var serial = Serial();
        var uri = string.Format(null, form, serial);
        var hold = await SendAsync("hold", uri, ("scope", "made-from"), ("reason", "thin"));
        Assert.That(hold.Status, Is.EqualTo(201), hold.ToString());

        var id = await Server.RegisterAsync(
            $$""" "source":"gs1","sourceKey":"(01)06912345111225(21){{serial}}","attributes":{"name":"x"} """
        );

        Assert.That(await ReasonsAsync(id), Is.EqualTo(new[] { "Held" }));
        Assert.That(await ReasonsAsync(uri), Is.EqualTo(new[] { "Held" }));
        Assert.That((await StatusAsync(id)).GetProperty("holds").GetArrayLength(), Is.EqualTo(1));
        var released = await SendAsync("release", byUri ? uri : id);
        Assert.That(released.Status, Is.EqualTo(201), released.ToString());
        Assert.That(await ReasonsAsync(id), Is.Empty);
        Assert.That(await ReasonsAsync(uri), Is.Empty);
        // What was sent before is the same still, by whatever spelling of the key.
        var again = await SendAsync("hold", uri, ("scope", "made-from"), ("reason", "thin"));
        Assert.That((again.Status, again.Json.GetProperty("event").GetString()), Is.EqualTo((200, Id(hold))));
        var story = await Server.GetAsync($"/api/v1/events?item={id}", Role.Reader);
        Assert.That(story.Items, Has.Length.EqualTo(2), story.ToString());
        Assert.That(Faults(), Is.Empty);
    }

    [Test]
    public async Task Hold_OnAUri_IsTheRecords_OnceThatGetsTheGs1Key()
    {
        var (id, serial) = (await Server.RegisterAsync(), Serial());
        var uri = $"urn:epc:id:sgtin:6912345.011122.{serial}";
        await SendAsync("hold", uri);
        Assert.That(await ReasonsAsync(id), Is.Empty);

        var added = await Server.SendAsync(
            Role.Registrar,
            "POST",
            $"/api/v1/business-keys/{id}",
            $$"""{"source":"gs1","sourceKey":"(01)06912345111225(21){{serial}}"}"""
        );

        Assert.That(added.Status, Is.AnyOf(200, 201), added.ToString());
        Assert.That(await ReasonsAsync(id), Is.EqualTo(new[] { "Held" }));
        Assert.That((await SendAsync("release", uri)).Status, Is.EqualTo(201));
        Assert.That(await ReasonsAsync(id), Is.Empty);
        Assert.That(Faults(), Is.Empty);
    }

    [Test]
    public async Task Use_OfSomethingHeldByItsUri_IsRefusedByTheTemplate_WhichNamesIt()
    {
        await MakeTemplateAsync();
        var serial = Serial();
        var uri = $"urn:epc:id:sgtin:6912345.011122.{serial}";
        await SendAsync("hold", uri, ("reason", "thin"));
        var id = await Server.RegisterAsync(
            $$""" "source":"gs1","sourceKey":"(01)06912345111225(21){{serial}}","attributes":{"name":"x"} """
        );
        var made = Server.NewId("made");
        var registered = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"strict","identifier":"{{made}}"}"""
        );
        Assert.That(registered.Status, Is.EqualTo(201), registered.ToString());
        Task<Answer> UseAsync(string part) =>
            Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/links",
                $$"""{"from":"{{made}}","type":"consumes","to":"{{part}}"}"""
            );

        var (byId, byUri) = (await UseAsync(id), await UseAsync(uri));
        var released = await SendAsync("release", id);
        var free = await UseAsync(uri);

        Assert.That((byId.Status, byId.Code), Is.EqualTo((409, "Held")), byId.ToString());
        Assert.That((byUri.Status, byUri.Code), Is.EqualTo((409, "Held")), byUri.ToString());
        Assert.That(byId.Text, Does.Contain($"{id} is held: thin"));
        Assert.That(byUri.Text, Does.Contain($"{uri} is held: thin"));
        Assert.That((released.Status, free.Status), Is.EqualTo((201, 201)), free.ToString());
    }

    [Test]
    public async Task Questions_ReadAUri_AsRecordingDoes()
    {
        var (box, serial) = (Server.NewId("box"), Serial());
        var epc = $"urn:epc:id:sgtin:6912345.011122.{serial}";
        var link = Uri.EscapeDataString($"https://example.com/01/06912345111225/21/{serial}");
        var sent = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"assemble","time":"2026-03-01T08:00:00Z","parent":"{{box}}","children":"{{epc}}"}"""
        );
        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());

        foreach (var named in new[] { epc, link })
        {
            var events = await Server.GetAsync($"/api/v1/events?item={named}", Role.Reader);
            var status = await Server.GetAsync($"/api/v1/status/{named}", Role.Reader);
            var trace = await Server.GetAsync($"/api/v1/trace/{named}?direction=forward&explain={box}", Role.Reader);
            Assert.That(events.Items, Has.Length.EqualTo(1), named);
            Assert.That(status.Json.GetProperty("parent").GetString(), Is.EqualTo(box), status.ToString());
            Assert.That(trace.Json.GetProperty("nodes").GetArrayLength(), Is.EqualTo(2), trace.ToString());
        }
        var byQuery = await Server.GetAsync($"/api/v1/status?id={link}", Role.Reader);
        var other = await Server.GetAsync($"/api/v1/status/{epc}x", Role.Reader);
        var none = await Server.GetAsync($"/api/v1/trace/{epc}x", Role.Reader);
        var explained = await Server.GetAsync($"/api/v1/trace/{box}?explain={link}", Role.Reader);
        var longOne = await Server.GetAsync($"/api/v1/status/urn:acme:{new string('x', 250)}", Role.Reader);
        Assert.That(byQuery.Status, Is.EqualTo(200), byQuery.ToString());
        Assert.That((other.Status, none.Status), Is.EqualTo((404, 404)));
        Assert.That(other.Text, Does.Contain($"{epc}x"));
        Assert.That(explained.Status, Is.EqualTo(200), explained.ToString());
        Assert.That(longOne.Status, Is.EqualTo(400), longOne.ToString());
    }

    [Test]
    public async Task Questions_WithUris_OfAKeyBoundToAPrefix_TellNothing()
    {
        var serial = Serial();
        var epc = $"urn:epc:id:sgtin:6912345.011122.{serial}";
        await SendAsync("observe", epc);
        var made = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/keys",
            $$"""{"role":"reader","prefix":"{{TestNode.Prefix}}"}"""
        );
        var key = made.Json.GetProperty("key").GetString();

        var known = await Server.SendAsync(key, "GET", $"/api/v1/trace/{epc}");
        var unknown = await Server.SendAsync(key, "GET", $"/api/v1/trace/{epc}x");

        Assert.That((known.Status, unknown.Status), Is.EqualTo((404, 404)), known.ToString());
        Assert.That(Detail(unknown).Replace($"{epc}x", epc, StringComparison.Ordinal), Is.EqualTo(Detail(known)));
    }

    [Test]
    public async Task Replaces_OfAnItemNamedByAUri_HappensInItsParent()
    {
        var (box, serial) = (Server.NewId("box"), Serial());
        var (old, next) = ($"urn:epc:id:sgtin:6912345.011122.{serial}", $"urn:acme:part:{serial}");
        await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"assemble","time":"2026-03-01T08:00:00Z","parent":"{{box}}","children":"{{old}}"}"""
        );
        var body = $$"""{"from":"{{next}}","type":"replaces","to":"{{old}}","time":"2026-03-02T08:00:00Z"}""";

        var replaced = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/links", body);
        var again = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/links", body);

        Assert.That((replaced.Status, again.Status), Is.EqualTo((201, 200)), $"{replaced}\n{again}");
        Assert.That((await StatusAsync(next)).GetProperty("parent").GetString(), Is.EqualTo(box));
    }

    [Test]
    public async Task Event_WithAKey_OfAUriWhoseItemIsRegisteredBelowAnotherPrefix_IsTheSameStill()
    {
        const string Other = "88.300.17";
        Assert.That(Prefix.TryParse(Other, out var prefix));
        await Server.Node.Prefixes.HomeAsync([prefix!], Caller.CommandLine, default);
        var (uri, serial) = NewEpc();
        (string, string)[] key = [("source", "mes"), ("sourceKey", serial)];
        var first = await SendAsync("observe", uri, key);

        await RegisterAsync(serial, $"{Other}/{serial}");
        var again = await SendAsync("observe", uri, key);

        Assert.That((first.Status, again.Status), Is.EqualTo((201, 200)), again.ToString());
        Assert.That(Faults(), Is.Empty);
    }

    [Test]
    public async Task Hold_OnAUriWhoseGs1KeyWasErased_IsTheRecords()
    {
        var (uri, serial) = NewEpc();
        var id = await RegisterAsync(serial);
        var before = await SendAsync("observe", uri);
        var erased = await Server.Node.Eraser.EraseAsync(
            Identifier.Parse(id).Value,
            [$"{StateCodes.KeyPrefix}gs1"],
            Caller.CommandLine,
            default
        );
        Assert.That(erased.IsOk, $"{erased.Error}");

        var (hold, again) = (await SendAsync("hold", uri), await SendAsync("observe", uri));

        Assert.That((before.Status, hold.Status, again.Status), Is.EqualTo((201, 201, 200)), again.ToString());
        Assert.That(await ReasonsAsync(id), Is.EqualTo(new[] { "Held" }));
        Assert.That((await StatusAsync(uri)).GetProperty("holds").GetArrayLength(), Is.EqualTo(1));
        Assert.That(Faults(), Is.Empty);
    }

    [Test]
    public async Task Event_OfManyUris_IsOfWhatEachOfThemMeans()
    {
        var (known, serial) = NewEpc();
        var id = await RegisterAsync(serial);
        var (own, unknown) = (await Server.RegisterAsync(), NewEpc().Uri);
        string[] named =
        [
            known,
            unknown,
            $"https://acme.example/items/{serial}",
            $"https://id.example.com/{own}",
            $"https://id.gs1.org/01/06912345111225/10/L1/21/{serial}",
        ];
        var body = new JsonObject
        {
            ["type"] = "observe",
            ["time"] = "2026-03-01T08:00:00Z",
            ["items"] = new JsonArray([.. named.Select(n => JsonValue.Create(n))]),
        };

        var sent = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body.ToJsonString());

        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        foreach (var item in named.Append(id).Append(own))
        {
            var events = await Server.GetAsync($"/api/v1/events?item={Uri.EscapeDataString(item)}", Role.Reader);
            Assert.That(events.Items, Has.Length.EqualTo(1), item);
        }
        Assert.That(Faults(), Is.Empty);
    }

    [Test]
    public async Task Replaces_InAParentThatIsRegisteredAfterwards_IsTheSameWhenItIsSentAgain()
    {
        var (box, serial) = NewEpc();
        var (old, next) = (Server.NewId("old"), Server.NewId("new"));
        await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"assemble","time":"2026-03-01T08:00:00Z","parent":"{{box}}","children":"{{old}}"}"""
        );
        var body = $$"""{"from":"{{next}}","type":"replaces","to":"{{old}}","time":"2026-03-02T08:00:00Z"}""";
        var replaced = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/links", body);

        await RegisterAsync(serial);
        var again = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/links", body);

        Assert.That((replaced.Status, again.Status), Is.EqualTo((201, 200)), $"{replaced}\n{again}");
    }

    private async Task MakeTemplateAsync()
    {
        if (Server.Node.Catalog.Current.FindLatest("strict") is not null)
        {
            return;
        }
        var made = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates:import",
            """
            {"pack":"tests-uris","templates":[
              {"code":"strict","names":{"en":"Strict","zh":"严格"},"trace":{"refuseHeld":true}}]}
            """
        );
        Assert.That(made.Status, Is.EqualTo(200), made.ToString());
    }

    private static string Serial() => $"u{Interlocked.Increment(ref _serials)}";

    private static (string Uri, string Serial) NewEpc()
    {
        var serial = Serial();
        return ($"urn:epc:id:sgtin:6912345.011122.{serial}", serial);
    }

    /// <summary>Registers the item of an EPC (<see cref="NewEpc"/>) with its GS1 key.</summary>
    private Task<string> RegisterAsync(string serial, string? identifier = null) =>
        Server.RegisterAsync(
            $$""" "source":"gs1","sourceKey":"(01)06912345111225(21){{serial}}","attributes":{"name":"x"} """,
            identifier
        );

    private static string Detail(Answer answer) =>
        answer.Json.GetProperty("errors")[0].GetProperty("message").ToString();

    private static string Id(Answer answer) => answer.Json.GetProperty("event").GetString()!;

    private Task<Answer> SendAsync(string type, string item, params (string Name, string Value)[] members)
    {
        var body = new JsonObject
        {
            ["type"] = type,
            ["time"] = type == "release" ? "2026-03-02T08:00:00Z" : "2026-03-01T08:00:00Z",
            ["items"] = item,
        };
        foreach (var (name, value) in members)
        {
            body[name] = value;
        }
        return Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body.ToJsonString());
    }

    private async Task<System.Text.Json.JsonElement> StatusAsync(string item)
    {
        var answer = await Server.GetAsync($"/api/v1/status/{Uri.EscapeDataString(item)}", Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return answer.Json;
    }

    /// <summary>Why an item, as a scanner read it, may not be used.</summary>
    private async Task<IEnumerable<string?>> ReasonsAsync(string text)
    {
        var scan = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/scan",
            $$"""{"text":"{{text}}","intent":{"do":"use"} }"""
        );
        Assert.That(scan.Status, Is.EqualTo(200), scan.ToString());
        return scan.Json.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("code").GetString());
    }

    private IEnumerable<string> Faults() =>
        Doctor
            .Run(DataDirectory.StoreIn(Server.Node.Options), null, default)
            .Where(f => !f.Ok)
            .Select(f => $"{f.Check}: {f.Detail.En}");
}
