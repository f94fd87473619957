using System.Text.RegularExpressions;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Handle;

/// <summary>The batches of <c>docs/handle.md</c> are done, and its table of commands says what is answered.</summary>
[TestFixture]
internal sealed partial class BatchDocumentTests : HandleFixture
{
    private const string Named = "88.300.15907541011";

    private static readonly string s_document = RepositoryFolder.Read("docs", "handle.md");

    [Test]
    public async Task Batches_OfTheDocument_AreDone()
    {
        var batches = Batch().Matches(s_document).Select(m => Filled(m.Groups[1].Value)).ToList();

        var created = await Run(batches[0]);
        var homed = await Run(batches[1]);
        var again = await Run(
            $"AUTHENTICATE SECKEY:{Admin}\n{Secret}\n\nCREATE {Prefix}.7/X\n1 URL 86400 1110 UTF8 x\n"
        );
        var unhomed = await Run(batches[1].Replace("HOME ", "UNHOME ", StringComparison.Ordinal));

        Assert.That(batches, Has.Count.EqualTo(2));
        Assert.That(
            created.Select(a => a.Command),
            Is.EqualTo(new[] { "CREATE", "CREATE", "ADD", "MODIFY", "REMOVE", "DELETE" })
        );
        Assert.That(
            created.Concat(homed).Concat(again).Concat(unhomed).Select(a => a.Code),
            Is.All.EqualTo(ResponseCode.Success)
        );
        Assert.That(
            (await ValuesOfAsync($"{Prefix}/BATCH-1")).Where(v => !v.StartsWith("100 ", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "1 URL https://example.cn/3", "3 DESC a roll of membrane" })
        );
        var admins = await Anonymous.ResolveAsync($"{Prefix}/BATCH-1", new(), Stop);
        var admin = admins.Data!.Single(v => v.Type == "HS_ADMIN");
        Assert.That(
            AdminRecord.TryRead(admin.Data, out var record) ? (record!.Permissions, record.Administrator) : default,
            Is.EqualTo((AdminPermissions.All, Admin))
        );
    }

    [TestCase("CREATE", "CREATE {handle}\n1 URL 86400 1110 UTF8 x", 101)]
    [TestCase("CREATE", "CREATE 88.300.77/x\n1 URL 86400 1110 UTF8 x", 301)]
    [TestCase("CREATE", "CREATE {handle}-2\n1 URL 86400 1110 UTF8 x\n1 URL 86400 1110 UTF8 y", 201)]
    [TestCase("CREATE", "CREATE {handle}-3\n1 URL 86400 1110 UTF8 x", 400, true)]
    [TestCase("ADD", "ADD {handle}\n1 URL 86400 1110 UTF8 x", 201)]
    [TestCase("ADD", "ADD {handle}-none\n1 URL 86400 1110 UTF8 x", 100)]
    [TestCase("ADD", "ADD {handle}\n2 URL 86400 1110 UTF8 x", 400, true)]
    [TestCase("MODIFY", "MODIFY {handle}\n7 URL 86400 1110 UTF8 x", 200)]
    [TestCase("MODIFY", "MODIFY {handle}-none\n1 URL 86400 1110 UTF8 x", 100)]
    [TestCase("MODIFY", "MODIFY {handle}\n1 URL 86400 1110 UTF8 y", 400, true)]
    [TestCase("REMOVE", "REMOVE 7:{handle}", 200)]
    [TestCase("REMOVE", "REMOVE 1:{handle}-none", 100)]
    [TestCase("REMOVE", "REMOVE 1:{handle}", 400, true)]
    [TestCase("DELETE", "DELETE {handle}-none", 100)]
    [TestCase("DELETE", "DELETE {handle}", 400, true)]
    [TestCase("HOME", "HOME 127.0.0.1:2641:TCP\n88.300.1/x", 102)]
    [TestCase("HOME", "HOME 127.0.0.1:2641:TCP\n0.NA/88.300.1.8", 400, true)]
    [TestCase("UNHOME", "UNHOME 127.0.0.1:2641:TCP\n88.300.1/x", 102)]
    [TestCase("UNHOME", "UNHOME 127.0.0.1:2641:TCP\n0.NA/88.300.77", 301)]
    [TestCase("UNHOME", "UNHOME 127.0.0.1:2641:TCP\n0.NA/88.300.1", 400, true)]
    public async Task Command_Refused_IsAnsweredAsTheTableSays(
        string command,
        string batch,
        int code,
        bool isStranger = false
    )
    {
        var handle = await CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminPermissions.All, Admin));
        var user = isStranger ? Stranger : Admin;

        var answers = await Run(
            $"AUTHENTICATE SECKEY:{user}\n{Secret}\n\n"
                + batch.Replace("{handle}", handle, StringComparison.Ordinal)
                + "\n"
        );

        Assert.That(answers.Select(a => (a.Command, (int)a.Code)), Is.EqualTo(new[] { (command, code) }));
        Assert.That(CodesOf(command), Does.Contain(code), "in the document");
    }

    [TestCase(true, 1)]
    [TestCase(false, 403)]
    public async Task Authenticate_ByAKeyFile_IsAnsweredAsTheTableSays(bool isItsOwn, int code)
    {
        using var files = new TemporaryDirectory();
        using var key = KeyPair.Generate();
        using var other = KeyPair.Generate();
        var (handle, pem, data) = (Node.NewId(), files.File("private.pem"), files.File("public.key"));
        await File.WriteAllTextAsync(pem, (isItsOwn ? key : other).ToPem());
        await File.WriteAllBytesAsync(data, key.PublicKey.ToData());

        var answers = await Run(
            $"""
            AUTHENTICATE SECKEY:{Admin}
            {Secret}

            CREATE {handle}
            300 HS_PUBKEY 86400 1110 FILE {data}
            100 HS_ADMIN 86400 1110 ADMIN 300:111111111111:{handle}

            AUTHENTICATE PUBKEY:300:{handle}
            {pem}

            SESSIONSETUP
            USESESSION:0

            ADD {handle}
            1 URL 86400 1110 UTF8 x

            """
        );

        Assert.That(answers.Select(a => (a.Command, (int)a.Code)), Is.EqualTo(new[] { ("CREATE", 1), ("ADD", code) }));
        Assert.That(CodesOf("AUTHENTICATE"), Does.Contain(403), "in the document");
        Assert.That(
            s_document,
            Does.Contain("| `AUTHENTICATE PUBKEY:").And.Contain("| `SESSIONSETUP` |").And.Contain("| `FILE` |")
        );
    }

    [TestCase("wrong", 300, 403)]
    [TestCase(Secret, 399, 403)]
    public async Task Authenticate_Wrong_IsAnsweredAsTheTableSays(string secret, int index, int code)
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));

        var answers = await Run($"AUTHENTICATE SECKEY:{index}:{Admin.Handle}\n{secret}\n\nDELETE {handle}\n");

        Assert.That(answers.Select(a => (int)a.Code), Is.EqualTo(new[] { code }));
        Assert.That(CodesOf("AUTHENTICATE"), Does.Contain(code), "in the document");
    }

    private Task<List<(string Command, ResponseCode Code)>> Run(string batch) =>
        new ReferenceBatch(As, Stop).RunAsync(batch);

    private static string Filled(string batch) =>
        batch
            .Replace("$handle_admin", Admin.ToString(), StringComparison.Ordinal)
            .Replace("$handle_secret", Secret, StringComparison.Ordinal)
            .Replace(Named, Prefix, StringComparison.Ordinal);

    /// <summary>The codes that the document's table has for a command, besides 1.</summary>
    private static IEnumerable<int> CodesOf(string command) =>
        s_document
            .Split('\n')
            .Where(line => line.StartsWith($"| `{command} ", StringComparison.Ordinal))
            .SelectMany(line => Code().Matches(line.Split(" | ")[^1]).Select(m => int.Parse(m.Value)));

    [GeneratedRegex(@"<<BATCH\n(.*?)BATCH\n", RegexOptions.Singleline)]
    private static partial Regex Batch();

    [GeneratedRegex("[0-9]{3}")]
    private static partial Regex Code();
}
