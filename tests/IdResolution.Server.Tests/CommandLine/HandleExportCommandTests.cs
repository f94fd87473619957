using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Registration;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed partial class HandleExportCommandTests : CommandLineFixture
{
    /// <summary>As export writes them, in the order of keys.</summary>
    private static readonly string[] s_lines =
    [
        """{"handle":"0.NA/88.300.9","values":[{"index":1,"type":"HS_SITE","data":{"format":"site","value":{"version":1,"protocolVersion":"2.11","serialNumber":1,"primarySite":true,"multiPrimary":false,"attributes":[],"servers":[{"serverId":1,"address":"203.0.113.10","publicKey":{"format":"base64","value":""},"interfaces":[{"query":true,"admin":true,"protocol":"TCP","port":2641}]}]}},"ttl":86400},{"index":100,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/88.300.9","index":200,"permissions":"111111111111"}},"ttl":86400},{"index":200,"type":"HS_VLIST","data":{"format":"vlist","value":[{"handle":"88.300.9/ADMIN","index":300}]},"ttl":86400}]}""",
        """{"handle":"88.300.9/Admin","values":[{"index":300,"type":"HS_SECKEY","data":{"format":"string","value":"not for all to see"},"permissions":"1100","ttl":86400},{"index":301,"type":"EMAIL","data":{"format":"string","value":"a@example.com"},"permissions":"1111","ttl":60}]}""",
        """{"handle":"88.300.9/b","values":[{"index":1,"type":"URL","data":{"format":"string","value":"https://example.com/温度?a=\"b\""},"ttl":86400},{"index":2,"type":"BLOB","data":{"format":"base64","value":"AP8Q"},"permissions":"1000","ttl":"2030-01-01T00:00:00Z","references":[{"handle":"88.300.9/Admin","index":301}]},{"index":2147483647,"type":"EMPTY","data":{"format":"string","value":""},"ttl":0}]}""",
        """{"handle":"88.300.9/empty","values":[]}""",
        """{"handle":"88.300.9/试样 1","values":[{"index":1,"type":"DESC","data":{"format":"string","value":"第一"},"ttl":86400}]}""",
    ];

    [SetUp]
    public async Task MakeNode()
    {
        await InitAsync();
        await DoAsync("handle", "import", Write("in.jsonl", string.Join('\n', s_lines)), "--data", Data);
    }

    [Test]
    public async Task Export_WithSecrets_IsWhatWasImportedAndCanBeImportedElsewhere()
    {
        var file = Path.Combine(Root, "out.jsonl");
        var other = Path.Combine(Root, "other");
        await InitAsync(other);

        var ran = await RunAsync("handle", "export", file, "--data", Data, "--with-secrets");
        await DoAsync("handle", "import", file, "--data", other);

        Assert.That(
            ran.Error,
            Does.Contain($"exported 5 handles to {file}")
                .And.Contain("88.300.1 has no record of its own")
                .And.Contain("--prefix 88.300.1")
        );
        Assert.That(Untimed(await File.ReadAllTextAsync(file)), Is.EqualTo(s_lines));
        Assert.That(Untimed(await DoAsync("handle", "export", "--data", other, "--with-secrets")), Is.EqualTo(s_lines));
        Assert.That(File.Exists(file + ".partial"), Is.False);
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
        using var node = await OpenAsync();
        var lines = (await node.Get<IAuditStore>().FollowAsync(0, 100, default)).Where(e =>
            e.Action.StartsWith("handle.export-secrets", StringComparison.Ordinal)
        );
        Assert.That(
            lines.Select(l => (l.Action, l.Caller, l.Target, l.Outcome, l.Count)),
            Is.EqualTo([
                ("handle.export-secrets", Caller.CommandLine.Name, $"all prefixes to {file}", "done", 1),
                ("handle.export-secrets ended", Caller.CommandLine.Name, $"all prefixes to {file}", "done", 5),
            ])
        );
    }

    [Test]
    public async Task Export_WithoutSecrets_LeavesThemOutAndSaysSo()
    {
        var ran = await RunAsync("handle", "export", "--data", Data);

        Assert.That(
            ran.Output,
            Does.Not.Contain("HS_SECKEY").And.Not.Contain("not for all to see").And.Contain("EMAIL")
        );
        Assert.That(ran.Error, Does.Contain("1 HS_SECKEY values are left out; --with-secrets"));
        using var node = await OpenAsync();
        Assert.That(
            (await node.Get<IAuditStore>().ReadAsync(0, 100, default)).Where(e => e.Action == "handle.export-secrets"),
            Is.Empty
        );
    }

    [Test]
    public async Task Export_MoreThanAPage_HasEveryActiveHandleOnceInTheOrderOfKeys()
    {
        var handles = Enumerable.Range(10_000, 2_345).Select(i => $"88.300.1/{i}").ToList();
        await DoAsync(
            "handle",
            "import",
            Write(
                "many.jsonl",
                string.Join('\n', Enumerable.Reverse(handles).Select(h => $$"""{"handle":"{{h}}","values":[]}"""))
            ),
            "--data",
            Data
        );
        using (var node = await OpenAsync())
        {
            await node.Get<RecordEditor>()
                .RevokeAsync(Identifier.Parse(handles[7]).Value, null, Caller.CommandLine, default);
        }

        var lines = Untimed(await DoAsync("handle", "export", "-", "--data", Data, "--prefix", "88.300.1"));

        Assert.That(
            lines,
            Is.EqualTo(handles.Where((_, i) => i != 7).Select(h => $$"""{"handle":"{{h}}","values":[]}"""))
        );
    }

    [Test]
    public async Task Export_OfAPrefix_HasItsRecordAndThoseOfPrefixesServedElsewhereThatAreDerivedFromIt()
    {
        const string Derived =
            """{"handle":"0.NA/88.300.9.1","values":[{"index":1,"type":"HS_SERV","data":{"format":"string","value":"88.300.2/S"},"ttl":86400}]}""";
        const string Other = """{"handle":"0.NA/88.300.90","values":[]}""";
        await DoAsync("handle", "import", Write("more.jsonl", Derived + "\n" + Other), "--data", Data);

        var lines = Untimed(
            await DoAsync("handle", "export", "--data", Data, "--prefix", "88.300.9", "--with-secrets")
        );

        Assert.That(lines, Is.EqualTo(s_lines.Take(1).Append(Derived).Concat(s_lines.Skip(1))));
    }

    [Test]
    public async Task Export_Templated_WritesTheValuesThatHandleClientsSee()
    {
        await MakeTemplateAsync("part", """[{"code":"name","type":"text","index":2000}]""");
        await DoAsync(
            "register",
            "--data",
            Data,
            "--template",
            "part",
            "--identifier",
            "88.300.1/p",
            "--attribute",
            "name=bolt"
        );

        var ran = await RunAsync(
            "handle",
            "export",
            "--data",
            Data,
            "--prefix",
            "88.300.1",
            "--public-url",
            "https://id.example.com"
        );

        Assert.That(
            ran.Output,
            Does.Contain("https://id.example.com/88.300.1/p")
                .And.Contain("0.NA/88.300.1")
                .And.Contain("part/1")
                .And.Contain("bolt")
        );
        Assert.That(
            ran.Error,
            Does.Contain("1 of them are rendered from templates, with URLs under https://id.example.com.")
        );
        var other = Path.Combine(Root, "other");
        await InitAsync(other);
        var imported = await RunAsync("handle", "import", Write("t.jsonl", ran.Output), "--data", other);
        Assert.That(imported.Output, Does.StartWith("created 1"), imported.Error);
    }

    [TestCase("--prefix 99.1", "There are: 88.300.1, 88.300.9.")]
    [TestCase("/nowhere/h.jsonl", "/nowhere")]
    [TestCase("--public-url nonsense", "PublicUrl")]
    public async Task Export_Wrong_SaysWhat(string arguments, string expected)
    {
        var ran = await RunAsync(["handle", "export", "--data", Data, .. arguments.Split(' ')]);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain(expected));
    }

    /// <summary>Lines without the timestamps of values, which are those of the records' last change.</summary>
    internal static List<string> Untimed(string lines) =>
        [.. Timestamp().Replace(lines, "").Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    [GeneratedRegex(
        """
            ,"timestamp":"[^"]*"
            """
    )]
    private static partial Regex Timestamp();
}
