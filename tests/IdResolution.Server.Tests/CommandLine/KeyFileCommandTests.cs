using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Documents;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Testing;

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

    [Test]
    public async Task Doctor_KeyFileOfBefore_NamesTheKeyThatItLacks()
    {
        var file = Path.Combine(Data, KeyFile.FileName);
        var before = await File.ReadAllBytesAsync(file);
        await ImportAsync();
        await DoAsync("key-file", "rotate", "--data", Data);
        var whole = await RunAsync("doctor", "--data", Data);
        var lacking = KeyFile.LoadOrCreate(file, create: false).Ids[1];
        await File.WriteAllBytesAsync(file, before);

        var ran = await RunAsync("doctor", "--data", Data);
        File.Delete(file);
        var without = await RunAsync("doctor", "--data", Data);

        Assert.That(whole.Output, Does.Match("(?m)^data keys +ok +3 data keys open with the key file, 1 secrets"));
        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Output, Does.Match($"(?m)^data keys +FAILED .*key {lacking}, which the key file lacks"));
        Assert.That(ran.LastLine, Does.StartWith("The key file does not fit the database."));
        Assert.That((without.Code, without.Error), Is.EqualTo((0, without.Error)));
        Assert.That(without.Error, Does.Contain("is missing"));
        Assert.That(without.Output, Does.Contain("without the key file no key was opened"));
    }

    [Test]
    public async Task Doctor_KeysThatEnd_AreWarnedOf()
    {
        var soon = DateTimeOffset.UtcNow.AddDays(29);
        using (
            var node = await NodeContainer.OpenAsync(
                new NodeOptions { Data = Data },
                create: false,
                new ManualTime(DateTimeOffset.UtcNow.AddDays(-10))
            )
        )
        {
            foreach (var (name, ends) in new[] { ("ended", DateTimeOffset.UtcNow.AddDays(-1)), ("soon", soon) })
            {
                await node.Get<KeyIssuer>()
                    .CreateAsync(new NewKey(Role.Reader, name, ends), Caller.CommandLine, CancellationToken.None);
            }
        }

        var ran = await RunAsync("doctor", "--data", Data);

        Assert.That(ran.Code, Is.Zero, ran.Output);
        Assert.That(
            ran.Output,
            Does.Match("(?m)^API keys +warns +3 keys; 1 have ended: k[0-9a-f]+; 1 end within 30 days: k[0-9a-f]+$")
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
