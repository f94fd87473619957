using IdResolution.Core.Access;
using IdResolution.Core.Documents;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class KeyFileCommandTests : CommandLineFixture
{
    private const string Record =
        """{"handle":"88.300.9/ADMIN","values":[{"index":300,"type":"HS_SECKEY","data":"a long secret","permissions":"1100"}]}""";

    [SetUp]
    public Task MakeNode() => InitAsync();

    [Test]
    public async Task Rotate_AndPrune_SecretsAreReadWithTheNewKeyAlone()
    {
        var file = Path.Combine(Data, KeyFile.FileName);
        var first = KeyFile.LoadOrCreate(file, create: false).Ids[0];
        await ImportAsync();
        var site = await SiteKeyAsync();
        var secrets = await ExportAsync();

        var rotated = await DoAsync("key-file", "rotate", "--data", Data);
        var ring = KeyFile.LoadOrCreate(file, create: false);
        var between = await DoAsync("key-file", "list", "--data", Data);
        var pruned = await DoAsync("key-file", "prune", "--data", Data);

        Assert.That(ring.Ids, Has.Count.EqualTo(2).And.Contain(first));
        Assert.That(rotated, Does.Contain("3 data keys").And.Contain(ring.Ids[1]));
        Assert.That(between, Does.Match($"{first} +yes +0").And.Match($"{ring.Ids[1]} +yes +3"));
        Assert.That(pruned, Does.Contain(first));
        Assert.That(KeyFile.LoadOrCreate(file, create: false).Ids, Is.EqualTo(new[] { ring.Ids[1] }));
        Assert.That(await ExportAsync(), Is.EqualTo(secrets));
        Assert.That(await SiteKeyAsync(), Is.EqualTo(site));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
        Assert.That(
            await DoAsync("key-file", "prune", "--data", Data),
            Does.Contain("Every key of the key file is in use")
        );
    }

    [Test]
    public async Task Add_Twice_KeepsTheKeyThatWaits_AndRotateUsesIt()
    {
        var file = Path.Combine(Data, KeyFile.FileName);

        var one = await DoAsync("key-file", "add", "--data", Data);
        var two = await DoAsync("key-file", "add", "--data", Data);
        var ids = KeyFile.LoadOrCreate(file, create: false).Ids;
        var rotated = await DoAsync("key-file", "rotate", "--data", Data);

        Assert.That((one, ids.Count), Is.EqualTo((two, 2)));
        Assert.That(rotated, Does.Contain(ids[1]));
        Assert.That(KeyFile.LoadOrCreate(file, create: false).Ids, Is.EqualTo(ids));
        using var node = await OpenAsync();
        var audit = await node.Get<AuditReader>().ReadAsync(new AuditQuery(), 10, Caller.CommandLine, default);
        Assert.That(
            audit
                .Value.Items.Where(l => l.Action.StartsWith("key-file", StringComparison.Ordinal))
                .Select(l => (l.Action, l.Target)),
            Is.EqualTo(new[] { ("key-file.rotate", ids[1]), ("key-file.add", ids[1]) })
        );
    }

    private async Task ImportAsync()
    {
        var file = Path.Combine(Root, "h.jsonl");
        await File.WriteAllTextAsync(file, Record.Replace("88.300.9", Prefix, StringComparison.Ordinal) + "\n");
        await DoAsync("handle", "import", "--data", Data, file);
    }

    private async Task<string> ExportAsync()
    {
        var text = await DoAsync("handle", "export", "--data", Data, "--with-secrets");
        Assert.That(text, Does.Contain("a long secret"));
        return text;
    }

    private async Task<string> SiteKeyAsync()
    {
        using var node = await OpenAsync();
        return await node.Get<StoredSecrets>().GetOrAddAsync("handle-site-key", () => "made for the test", default);
    }
}
