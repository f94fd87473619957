using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// The forms in which a body may come: encodings, compression, nulls, repetition; and all its faults at once.
/// </summary>
[TestFixture]
public sealed class BodyFormTests : NodeFixture
{
    private const string Register = "/api/v1/identifiers";
    private const string Part = """{"template":"part","attributes":{"name":"n"}}""";

    private int _copies;

    private static readonly byte[] s_mark = [0xEF, 0xBB, 0xBF];

    [TestCase("gzip")]
    [TestCase("deflate")]
    [TestCase("br")]
    public async Task Body_Compressed_IsReadWithTheLimitsOfOneThatIsNot(string coding)
    {
        var taken = await Server.SendBytesAsync(
            Role.Registrar,
            "POST",
            Register,
            Compressed(coding, Encoding.UTF8.GetBytes(Part)),
            ("Content-Encoding", coding)
        );
        var bomb = Compressed(coding, new byte[4_000_000]);
        var tooLarge = await Server.SendBytesAsync(
            Role.Registrar,
            "POST",
            Register,
            bomb,
            ("Content-Encoding", coding)
        );
        var other = await Server.SendBytesAsync(
            Role.Registrar,
            "POST",
            Register,
            Encoding.UTF8.GetBytes(Part),
            ("Content-Encoding", coding)
        );
        var cut = await Server.SendBytesAsync(
            Role.Registrar,
            "POST",
            Register,
            Compressed(coding, Encoding.UTF8.GetBytes(Part))[..^12],
            ("Content-Encoding", coding)
        );

        Assert.That(bomb, Has.Length.LessThan(5_000));
        Assert.That(
            (taken.Status, tooLarge.Status, other.Status, cut.Status),
            Is.EqualTo((201, 413, 400, 400)),
            $"{taken} {other} {cut}"
        );
    }

    [TestCase("compress")]
    [TestCase("zstd")]
    [TestCase("gzip, gzip")]
    public async Task Body_CompressedInAnotherWay_Answers415NamingThoseThatAreRead(string coding)
    {
        var answer = await Server.SendBytesAsync(
            Role.Registrar,
            "POST",
            Register,
            Encoding.UTF8.GetBytes(Part),
            ("Content-Encoding", coding)
        );

        Assert.That(
            (answer.Status, answer.Fields.Single(), answer.Header("Accept-Encoding")),
            Is.EqualTo((415, "Content-Encoding", "gzip, deflate, br"))
        );
        var session = await Server.SendBytesAsync(
            Role.Anonymous,
            "POST",
            "/api/sessions",
            [.. "{}"u8],
            ("Content-Encoding", coding)
        );
        Assert.That(session.Status, Is.EqualTo(415), session.ToString());
    }

    [Test]
    public async Task Body_AfterAByteOrderMark_IsTakenByEveryCall()
    {
        foreach (var (method, target, body) in await CallsWithBodyAsync())
        {
            var answer = await Server.SendBytesAsync(
                Role.Admin,
                method,
                target,
                [.. s_mark, .. Encoding.UTF8.GetBytes(Fresh(body))]
            );

            Assert.That(answer.Status, Is.InRange(200, 299), $"{method} {target}: {answer}");
        }
        // The interface of Handle.Net reads bodies by the same reader.
        var put = await Server.SendBytesAsync(Role.Anonymous, "POST", "/api/sessions", [.. s_mark, .. "{}"u8]);
        Assert.That(put.Status, Is.EqualTo(201), put.ToString());
    }

    [Test]
    public async Task OptionalMember_ThatIsNull_IsAbsentInEveryCall()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;
        var contract = await Server.ContractAsync();
        foreach (var (method, target, body) in await CallsWithBodyAsync())
        {
            var given = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(body)!;
            foreach (var member in Optional(document, method, target))
            {
                if (method == "PATCH" && member == "values")
                {
                    // A merge patch: null removes.
                    continue;
                }
                var rest = given.Where(m => m.Key != member).Select(m => $"\"{m.Key}\":{m.Value.GetRawText()}");
                var text = "{" + string.Join(',', rest.Append($"\"{member}\":null")) + "}";
                var without = "{" + string.Join(',', rest) + "}";
                var answer = await Server.SendAsync(Role.Admin, method, target, Fresh(text));
                var absent = await Server.SendAsync(Role.Admin, method, target, Fresh(without));

                Assert.That(
                    answer.Status / 100,
                    Is.EqualTo(absent.Status / 100),
                    $"{method} {target} {text}: {answer}"
                );
                using var json = JsonDocument.Parse(text);
                Assert.That(contract.FaultOf(method, target.Split('?')[0], json.RootElement), Is.Null, text);
            }
        }
    }

    [TestCase(
        """{"template":"part","attributes":{"name":"n","grade":null},"values":[{"index":1,"type":"T","data":"x","ttl":null,"expires":null,"permissions":null,"references":null,"timestamp":null}],"reinstate":null}"""
    )]
    [TestCase(
        """{"template":null,"identifier":null,"source":null,"sourceKey":null,"attributes":null,"values":[{"index":1,"type":"T","data":"x"}],"identifier":"ID"}"""
    )]
    public async Task NestedMember_ThatIsNull_IsAbsent(string body)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Register,
            body.Replace("\"identifier\":null,", "", StringComparison.Ordinal)
                .Replace("ID", Server.NewId(), StringComparison.Ordinal)
        );

        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }

    [Test]
    public async Task Template_WithEveryOptionalMemberNull_IsThatWithout()
    {
        var attribute = string.Join(
            ',',
            new[]
            {
                "names",
                "type",
                "unit",
                "required",
                "repeated",
                "unique",
                "pattern",
                "minimum",
                "maximum",
                "minLength",
                "maxLength",
                "choices",
                "choiceNames",
                "unitNames",
                "state",
                "index",
                "visibility",
                "searchable",
            }.Select(name => $"\"{name}\":null")
        );
        var template = string.Join(
            ',',
            new[]
            {
                "version",
                "state",
                "identifier",
                "prefix",
                "names",
                "description",
                "category",
                "codingRule",
                "copiedFrom",
            }.Select(name => $"\"{name}\":null")
        );

        var nulls = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            $$"""{"code":"nulls","attributes":[{"code":"a",{{attribute}}}],{{template}}}"""
        );
        var plain = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            """{"code":"plain","attributes":[{"code":"a"}]}"""
        );

        Assert.That((nulls.Status, plain.Status), Is.EqualTo((201, 201)), nulls.ToString());
        Assert.That(
            nulls.Text.Replace("nulls", "plain", StringComparison.OrdinalIgnoreCase),
            Is.EqualTo(plain.Text).IgnoreCase
        );
    }

    [TestCase("POST", Register, """{"template":"part","template":"part"}""", "template")]
    [TestCase("POST", Register, """{"template":"part","templat\u0065":"part"}""", "template")]
    [TestCase("POST", Register, """{"values":[{"index":1,"type":"T","data":"x","ttl":1,"ttl":2}]}""", "values[0].ttl")]
    [TestCase("POST", Register, """{"template":"part","attributes":{"name":"a","name":"b"}}""", "attributes.name")]
    [TestCase("POST", Register + ":batch", """{"items":[{},{"template":"a","template":"b"}]}""", "items[1].template")]
    [TestCase("PATCH", Register + "/88.300.1/x", """{"values":[],"values":null}""", "values")]
    [TestCase("POST", "/api/v1/keys", """{"role":"reader","role":"admin"}""", "role")]
    [TestCase("POST", "/api/v1/scan", """{"text":"a","text":"a"}""", "text")]
    [TestCase(
        "POST",
        "/api/v1/templates",
        """{"code":"x","attributes":[{"code":"a","code":"a"}]}""",
        "attributes[0].code"
    )]
    public async Task Member_GivenTwice_Answers400NamingIt(string method, string target, string body, string field)
    {
        var answer = await Server.SendAsync(Role.Admin, method, target, body);

        Assert.That(
            (answer.Status, answer.Code, string.Join(' ', answer.Fields)),
            Is.EqualTo((400, "Malformed", field))
        );
    }

    [TestCase(
        "/api/v1/keys",
        """{"role":"god","rateLimit":"many","expiresAt":"tomorrow","colour":1}""",
        "role rateLimit expiresAt colour",
        "partner, reader, registrar, admin"
    )]
    [TestCase(
        "/api/v1/keys",
        """{"colour":1,"name":[]}""",
        "colour name role",
        "role, name, expiresAt, rateLimit, noExpiry, prefix"
    )]
    [TestCase(
        "/api/v1/templates",
        """{"code":"x","attributes":[{"code":"a","type":"colour","required":"yes"},{"code":5,"visibility":"all"}],"names":"x"}""",
        "attributes[0].type attributes[0].required attributes[1].code attributes[1].visibility names",
        "text, integer, decimal, boolean, date, date-time, choice, reference, file-digest"
    )]
    [TestCase(
        Register,
        """{"values":[{"index":"1","data":{"format":"xml","value":5},"permissions":"7","colour":1},5],"template":5,"reinstate":"yes"}""",
        "values[0].index values[0].data.value values[0].permissions values[0].colour values[0].type values[1] template "
            + "reinstate",
        "index, type, data, ttl, expires, permissions, references, timestamp"
    )]
    [TestCase(
        Register,
        """{"values":[{"index":1,"type":"T","data":{"format":"xml","value":"5"}},{"index":2,"type":"T","data":{"format":"hex","value":"5"},"references":[{"handle":5},6]}]}""",
        "values[0].data.format values[1].data.value values[1].references[0].handle values[1].references[0].index "
            + "values[1].references[1] identifier",
        "string, base64, hex"
    )]
    [TestCase(
        "/api/v1/labels/sheet",
        """{"identifiers":[5,null],"qr":1.5}""",
        "identifiers[0] identifiers[1] qr",
        "text"
    )]
    [TestCase(Register + ":batch", """{"item":[]}""", "item items", "items")]
    public async Task Faults_OfABody_AreAllNamedWithWhatIsAllowed(
        string target,
        string body,
        string fields,
        string allowed
    )
    {
        var answer = await Server.SendAsync(Role.Admin, "POST", target, body);

        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(answer.Fields, Is.EquivalentTo(fields.Split(' ')));
        Assert.That(answer.Text, Does.Contain(allowed));
    }

    [Test]
    public async Task Faults_MoreThanAnyoneReads_AreCutShort()
    {
        var values = string.Join(',', Enumerable.Repeat("{}", 20_000));

        var answer = await Server.SendAsync(Role.Registrar, "POST", Register, $$"""{"values":[{{values}}]}""");

        Assert.That((answer.Status, answer.Fields.Length), Is.EqualTo((422, Core.Errors.Faults.Most)));
    }

    private protected override void Configure(NodeOptions options) => options.Limits.BodyBytes = 100_000;

    /// <summary>The body with a code that nothing has yet, where the call makes something that must be new.</summary>
    private string Fresh(string body) =>
        body.Replace("matrix-copy", $"copy-{Interlocked.Increment(ref _copies)}", StringComparison.Ordinal);

    /// <summary>A request that succeeds, of each call that takes a body.</summary>
    private async Task<List<(string Method, string Target, string Body)>> CallsWithBodyAsync()
    {
        var id = await Server.RegisterAsync();
        return
        [
            .. RoleMatrixTests
                .Calls.Where(call => call.Value.Body is not null)
                .Select(call =>
                    (
                        call.Key.Split(' ')[0],
                        call.Value.Target.Replace("ID", id, StringComparison.Ordinal),
                        call.Value.Body!.Replace("ID", id, StringComparison.Ordinal)
                    )
                ),
        ];
    }

    private static IEnumerable<string> Optional(JsonElement document, string method, string target)
    {
        var path = target.Split('?')[0];
        var call = document
            .GetProperty("paths")
            .EnumerateObject()
            .First(p =>
                p.Value.TryGetProperty(method.ToLowerInvariant(), out _)
                && (
                    p.Name == path
                    || Regex.IsMatch(path, $"^{Regex.Replace(p.Name, "{(code|prefix)}", "[^/]+")}$")
                    || (
                        p.Name.Contains("{id}", StringComparison.Ordinal)
                        && path.StartsWith(p.Name.Split('{')[0], StringComparison.Ordinal)
                    )
                )
            )
            .Value.GetProperty(method.ToLowerInvariant());
        var name = call.GetProperty("requestBody")
            .GetProperty("content")
            .GetProperty("application/json")
            .GetProperty("schema")
            .GetProperty("$ref")
            .GetString()!
            .Split('/')[^1];
        var schema = document.GetProperty("components").GetProperty("schemas").GetProperty(name);
        var required = schema.TryGetProperty("required", out var needed)
            ? needed.EnumerateArray().Select(n => n.GetString()!).ToHashSet()
            : [];
        return schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Where(p => !required.Contains(p));
    }

    private static byte[] Compressed(string coding, byte[] body)
    {
        var output = new MemoryStream();
        using (
            Stream stream = coding switch
            {
                "gzip" => new GZipStream(output, CompressionLevel.SmallestSize),
                "deflate" => new ZLibStream(output, CompressionLevel.SmallestSize),
                _ => new BrotliStream(output, CompressionLevel.SmallestSize),
            }
        )
        {
            stream.Write(body);
        }
        return output.ToArray();
    }
}
