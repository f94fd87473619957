using System.Text.Json;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class RegisterTests : NodeFixture
{
    [Test]
    public async Task Register_New_Answers201WithTheRecordItsTagAndItsPlace()
    {
        var id = Server.NewId("-a");

        var answer = await PostAsync(
            $$$"""{"template":"part","identifier":"{{{id}}}","source":"mes","sourceKey":"{{{id}}}","attributes":{"name":"膜电极","grade":"A","cost":"12.50","tags":["x","y"]}}"""
        );

        var json = answer.Json;
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
            Assert.That(answer.MediaType, Is.EqualTo("application/json"));
            Assert.That(answer.Header("Location"), Is.EqualTo("/api/v1/identifiers?id=" + Uri.EscapeDataString(id)));
            Assert.That(answer.Header("ETag"), Does.Match("^W/\"[0-9]+-1-full-json-x-[0-9a-f]{8}\"$"));
            Assert.That(
                json.EnumerateObject().Select(m => m.Name),
                Is.EqualTo(
                    new[]
                    {
                        "identifier",
                        "template",
                        "templateVersion",
                        "version",
                        "status",
                        "source",
                        "sourceKey",
                        "attributes",
                        "values",
                        "createdAt",
                        "updatedAt",
                    }
                )
            );
            Assert.That(json.GetProperty("identifier").GetString(), Is.EqualTo(id));
            Assert.That(
                json.GetProperty("attributes").GetRawText(),
                Is.EqualTo("""{"name":"膜电极","grade":"A","cost":12.5,"tags":["x","y"]}""")
            );
            Assert.That(json.GetProperty("status").GetString(), Is.EqualTo("active"));
        });
        var read = await Server.GetAsync(answer.Header("Location")!, Role.Registrar);
        Assert.That((read.Text, read.Header("ETag")), Is.EqualTo((answer.Text, answer.Header("ETag"))));
    }

    [Test]
    public async Task Register_TheSameAgain_Answers200WithTheSameRecord()
    {
        var body =
            $$$"""{"template":"part","source":"mes","sourceKey":"{{{Server.NewId()}}}","attributes":{"name":"n","cost":1.50}}""";

        var first = await PostAsync(body);
        var again = await PostAsync(body.Replace("1.50", "\"1.5\"", StringComparison.Ordinal));

        Assert.That((first.Status, again.Status), Is.EqualTo((201, 200)), again.Text);
        Assert.That(again.Text, Is.EqualTo(first.Text));
        Assert.That(again.Header("Location"), Is.Null);
    }

    [Test]
    public async Task Register_SameBusinessKeyOtherContent_Answers409WithItsHolder()
    {
        var key = Server.NewId();
        var first = await PostAsync(
            $$$"""{"template":"part","source":"mes","sourceKey":"{{{key}}}","attributes":{"name":"n"}}"""
        );

        var other = await PostAsync(
            $$$"""{"template":"part","source":"mes","sourceKey":"{{{key}}}","attributes":{"name":"m"}}"""
        );

        Assert.Multiple(() =>
        {
            Assert.That((other.Status, other.Code), Is.EqualTo((409, "KeyConflict")));
            Assert.That(
                other.Json.GetProperty("identifier").GetString(),
                Is.EqualTo(first.Json.GetProperty("identifier").GetString())
            );
        });
    }

    [Test]
    public async Task Register_SameIdentifierInOtherCaseAndContent_Answers409()
    {
        var id = await Server.RegisterAsync(identifier: Server.NewId("-case"));

        var other = await PostAsync(
            $$$"""{"template":"part","identifier":"{{{id.ToUpperInvariant()}}}","attributes":{"name":"other"}}"""
        );

        Assert.That((other.Status, other.Code), Is.EqualTo((409, "AlreadyExists")), other.Text);
    }

    [Test]
    public async Task Register_UniqueValueTaken_Answers409NamingTheAttribute()
    {
        var serial = Server.NewId();
        await Server.RegisterAsync($$""" "attributes":{"name":"n","serial":"{{serial}}"} """);

        var other = await PostAsync($$$"""{"template":"part","attributes":{"name":"n","serial":"{{{serial}}}"}}""");

        Assert.That((other.Status, string.Join(' ', other.Fields)), Is.EqualTo((409, "attributes.serial")), other.Text);
    }

    [Test]
    public async Task Register_ManyFaults_Answers422NamingEachAttributeAndStoresNothing()
    {
        var id = Server.NewId();

        var answer = await PostAsync(
            $$$$"""{"template":"part","identifier":"{{{{id}}}}","sourceKey":"k","attributes":{"grade":"C","cost":-1,"made":"yesterday","nothing":1,"tags":{"a":1}}}"""
        );

        Assert.Multiple(() =>
        {
            Assert.That((answer.Status, answer.MediaType), Is.EqualTo((422, "application/problem+json")));
            Assert.That(
                answer.Fields,
                Is.EquivalentTo(
                    new[]
                    {
                        "source",
                        "attributes.name",
                        "attributes.grade",
                        "attributes.cost",
                        "attributes.made",
                        "attributes.nothing",
                        "attributes.tags",
                    }
                )
            );
        });
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Register_UnknownMembersAndWrongShapes_Answers422NamingEach()
    {
        var answer = await PostAsync("""{"template":5,"colour":"red","attributes":[],"values":{},"reinstate":"yes"}""");

        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(
            answer.Fields,
            Is.EquivalentTo(new[] { "template", "colour", "attributes", "values", "reinstate" })
        );
    }

    [TestCase("no-slash")]
    [TestCase("88.300.1/")]
    [TestCase("/x")]
    [TestCase("")]
    [TestCase("88..1/x")]
    [TestCase("abc/x")]
    [TestCase("88.300.1/a\\u0000b")]
    [TestCase("88.300.1/a\\nb")]
    [TestCase("99.1/x")]
    [TestCase("88.300.1/META_x")]
    public async Task Register_BadIdentifier_Answers422NamingIt(string identifier)
    {
        var answer = await PostAsync(
            $$$"""{"template":"part","identifier":"{{{identifier}}}","attributes":{"name":"n"}}"""
        );

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "identifier" }));
    }

    [Test]
    public async Task Register_IdentifierOf255Bytes_IsTakenAndOf256Refused()
    {
        var longest = Server.NewId() + "/";
        longest += new string('x', 255 - longest.Length);

        var taken = await PostAsync(
            $$$"""{"template":"part","identifier":"{{{longest}}}","attributes":{"name":"n"}}"""
        );
        var refused = await PostAsync(
            $$$"""{"template":"part","identifier":"{{{longest}}}x","attributes":{"name":"n"}}"""
        );

        Assert.That((taken.Status, refused.Status), Is.EqualTo((201, 422)));
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + longest)).Status, Is.EqualTo(200));
    }

    [TestCase("""{"template":"part","attributes":{"name":"\ud800"}}""")]
    [TestCase("""{"template":"part","attributes":{"\udc00":"x"}}""")]
    [TestCase("""{"\ud800":"part"}""")]
    [TestCase("""{"template":"part","source":"\ud83d"}""")]
    public async Task Register_HalvesOfSurrogatePairs_Answers400(string body)
    {
        var answer = await PostAsync(body);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "Malformed")));
    }

    [Test]
    public async Task Register_NotPublishedTemplate_Answers409()
    {
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", """{"code":"drafted","attributes":[]}""");

        var answer = await PostAsync("""{"template":"drafted","identifier":"88.300.1/never","attributes":{}}""");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "NotPublished")));
    }

    [Test]
    public async Task Register_RecordOfMoreThan2048Values_Answers413()
    {
        var values = string.Join(
            ',',
            Enumerable.Range(3000, 2100).Select(i => $$"""{"index":{{i}},"type":"X","data":"d"}""")
        );

        Assert.That(
            (await PostAsync($$"""{"identifier":"{{Server.NewId()}}","values":[{{values}}]}""")).Status,
            Is.EqualTo(413)
        );
    }

    [Test]
    public async Task Register_RawValues_AreAnsweredAsGiven()
    {
        var id = Server.NewId();
        const string Values =
            """[{"index":3,"type":"EMAIL","data":{"format":"string","value":"a@b.cn"},"ttl":60,"permissions":"1110"},{"index":9,"type":"BIN","data":{"format":"base64","value":"AAE="},"ttl":86400,"permissions":"1110","references":[{"handle":"0.NA/88.300.1","index":300}]},{"index":10,"type":"NOTE","data":{"format":"string","value":"x"},"expires":"2106-02-07T06:28:15.000000Z","permissions":"1110"}]""";

        var answer = await PostAsync($$"""{"identifier":"{{id}}","values":{{Values}}}""");

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(answer.Json.GetProperty("values").GetRawText(), Is.EqualTo(Values));
        Assert.That(answer.Json.GetProperty("template").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("""{"index":"1","type":"A","data":"x"}""")]
    [TestCase("""{"index":1,"data":"x"}""")]
    [TestCase("""{"index":1,"type":"A","data":{"format":"hex","value":"abc"}}""")]
    [TestCase("""{"index":1,"type":"A","data":"x","permissions":"11"}""")]
    [TestCase("""{"index":0,"type":"A","data":"x"}""")]
    [TestCase("""{"index":1,"type":"","data":"x"}""")]
    [TestCase("""{"index":1,"type":"A","data":"x","ttl":-1}""")]
    [TestCase("""{"index":1,"type":"A","data":"x","ttl":60,"expires":"2040-01-01T00:00:00Z"}""")]
    [TestCase("""{"index":1,"type":"A","data":"x","expires":"2106-02-07T06:28:16Z"}""")]
    [TestCase("""{"index":1,"type":"A","data":"x","expires":2208988800}""")]
    [TestCase("""{"index":1,"type":"A","data":"x","references":[{"handle":"nothing","index":1}]}""")]
    [TestCase("null")]
    public async Task Register_BadRawValue_Answers422NamingItsPlace(string value)
    {
        var answer = await PostAsync($$"""{"identifier":"{{Server.NewId()}}","values":[{{value}}]}""");

        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(answer.Fields, Has.All.StartsWith("values[0]").And.Not.Empty);
    }

    [Test]
    public async Task Register_Reinstate_BringsTheRecordBack()
    {
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);
        var body = $$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"back"}""";

        var gone = await PostAsync(body.Replace("back", "thing", StringComparison.Ordinal) + "}");
        var back = await PostAsync(body + ",\"reinstate\":true}");

        Assert.That(
            (gone.Status, back.Status, back.Json.GetProperty("version").GetInt64()),
            Is.EqualTo((410, 200, 3L)),
            gone.Text + back.Text
        );
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id)).Status, Is.EqualTo(200));
    }

    [TestCase("1e999999999")]
    [TestCase(
        "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
    )]
    public async Task Register_NumberBeyondAllBounds_Answers422(string number)
    {
        Assert.That(
            (await PostAsync($$$"""{"template":"part","attributes":{"name":"n","cost":{{{number}}}}}""")).Fields,
            Is.EqualTo(new[] { "attributes.cost" })
        );
    }

    private Task<Answer> PostAsync(string body) =>
        Server.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", body);
}
