using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Maintenance;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// A node on a restored database: what was lost is sent again, and gets the identifiers on its labels.
/// </summary>
[TestFixture]
public sealed class RestoredNodeTests
{
    private const string Path = "/api/v1/identifiers";

    [Test]
    public async Task Register_ItemThatTheRestoreLost_GetsTheIdentifierOnItsLabel()
    {
        using var directory = new TemporaryDirectory();
        var database = directory.File("idnode.db");
        var backup = directory.File("backup.db");
        string kept;
        List<string> lost;
        await using (var node = await TestNode.StartAsync(data: directory.Path))
        {
            kept = await RegisterAsync(node, "kept", 201);
            await SqliteBackup.BackupAsync(database, backup, null, CancellationToken.None);
            lost = [await RegisterAsync(node, "one", 201), .. await BatchAsync(node, 201, "two", "three")];
        }
        var secrets = KeyFile.LoadOrCreate(directory.File(KeyFile.FileName), create: false);
        var report = await SqliteRestore.RestoreAsync(
            backup,
            database,
            secrets.Fingerprint,
            new RestoreOptions(),
            TimeProvider.System,
            null,
            CancellationToken.None
        );

        await using var restored = await TestNode.StartAsync(data: directory.Path);
        var again = await BatchAsync(restored, 201, "new", "three", "two");

        Assert.That(report.Identifiers!, Is.EqualTo(new KeptIdentifiers(3, AreAll: true)));
        Assert.That(again[1..], Is.EqualTo(new[] { lost[2], lost[1] }));
        Assert.That(lost, Has.No.Member(again[0]));
        Assert.That(await RegisterAsync(restored, "one", 201), Is.EqualTo(lost[0]));
        Assert.That(await RegisterAsync(restored, "one", 200), Is.EqualTo(lost[0]), "the same item");
        Assert.That(await RegisterAsync(restored, "kept", 200), Is.EqualTo(kept));
        Assert.That((await restored.GetAsync($"{Path}/{lost[0]}", Role.Admin)).Status, Is.EqualTo(200));
    }

    [Test]
    public void Refusal_OfARestoredStore_NamesTheVerbToOperatorsAlone()
    {
        var error = LogErrors.StoreRestored();

        Assert.That(
            AccessPolicy.Told(error, Caller.Anonymous).Message.ToString(),
            Does.Contain("begins a new log").And.Not.Contain("idnode")
        );
        Assert.That(AccessPolicy.Told(error, Caller.CommandLine).Message.En, Does.EndWith("idnode log restart."));
    }

    private static async Task<string> RegisterAsync(TestNode node, string key, int status)
    {
        var answer = await node.SendAsync(Role.Registrar, "POST", Path, Item(key));
        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
        return answer.Json.GetProperty("identifier").GetString()!;
    }

    private static async Task<List<string>> BatchAsync(TestNode node, int status, params string[] keys)
    {
        var items = string.Join(',', keys.Select(Item));
        var answer = await node.SendAsync(Role.Registrar, "POST", $"{Path}:batch", $$"""{"items":[{{items}}]}""");
        Assert.That(answer.Items.Select(i => i.GetProperty("status").GetInt32()), Is.All.EqualTo(status));
        return [.. answer.Items.Select(i => i.GetProperty("identifier").GetString()!)];
    }

    private static string Item(string key) =>
        $$$"""{"template":"part","source":"mes","sourceKey":"{{{key}}}","attributes":{"name":"{{{key}}}"}}""";
}
