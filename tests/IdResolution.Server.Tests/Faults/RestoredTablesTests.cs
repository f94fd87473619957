using System.Net.Http.Json;
using System.Text.Json;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;

namespace IdResolution.Server.Tests.Faults;

/// <summary>
/// What is made of the log, the quality archive and the stock, after a restore of a backup in which it is damaged.
/// </summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class RestoredTablesTests
{
    private const string Place = NodeProcess.Prefix + "/SHELF-1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private TemporaryDirectory _root = null!;

    private string Data => _root.File("data");

    private string Backup => _root.File("backup.db");

    [SetUp]
    public void Make() => _root = new TemporaryDirectory();

    [TearDown]
    public void Drop() => _root.Dispose();

    [TestCase(
        "DELETE FROM quality; UPDATE stock SET quantity = '9'",
        "quality stock",
        TestName = "{m}(rows missing, or altered)"
    )]
    [TestCase("UPDATE quality SET value = value + 1 WHERE kind = 2", "quality", TestName = "{m}(one of the two)")]
    [TestCase("DELETE FROM log_readers WHERE name = 'stock'", "stock", TestName = "{m}(the cursor missing)")]
    [TestCase(
        """
            DELETE FROM quality; DELETE FROM stock;
            UPDATE log_readers SET [cursor] = 1 WHERE name IN ('quality', 'stock')
            """,
        "",
        TestName = "{m}(behind: not damaged)"
    )]
    public async Task Restore_OfABackupWhoseTablesAreDamagedOrBehind_HasThemMadeAnew(string damage, string damaged)
    {
        string key;
        (string Quality, string Stock) before;
        using (var node = await NodeProcess.StartAsync(Data))
        {
            key = node.Key!;
            await RecordAsync(node, "1");
            before = await ReadAsync(node);
            Assert.That(before.Stock, Does.Contain("SHELF-1").And.Contain("5"));
            Assert.That((await NodeProcess.RunAsync("backup", Backup, "--data", Data)).ExitCode, Is.Zero);
            await RecordAsync(node, "2");
            Assert.That(await ReadAsync(node), Is.Not.EqualTo(before));
            await node.TerminateAsync();
        }
        Execute(Backup, damage);
        await AssertDamagedAsync(damaged.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var said = await NodeProcess.RunAsync("restore", Backup, "--data", Data);
        Assert.That(said.ExitCode, Is.Zero, said.Output + said.Errors);

        using var restored = await NodeProcess.StartAsync(Data, key);
        await ProcessFaultTests.WaitUntilAsync(async () => await ReadAsync(restored) == before, Patience);
        await restored.TerminateAsync();
        var examined = await NodeProcess.RunAsync("doctor", "--data", Data);
        Assert.That(examined.ExitCode, Is.Zero, examined.Output);
    }

    /// <summary>Checks that the doctor finds the damage in the backup, and no other.</summary>
    private async Task AssertDamagedAsync(string[] tables)
    {
        var directory = _root.File("examined");
        Directory.CreateDirectory(directory);
        File.Copy(Backup, Path.Combine(directory, "idnode.db"));
        File.Copy(Path.Combine(Data, "secrets.key"), Path.Combine(directory, "secrets.key"));
        var examined = await NodeProcess.RunAsync("doctor", "--data", directory);
        Assert.That(examined.ExitCode, Is.EqualTo(tables.Length > 0 ? 1 : 0), examined.Output);
        foreach (var table in tables)
        {
            Assert.That(examined.Output, Does.Contain($"--restart {table} --from 1"));
        }
    }

    /// <summary>Registers an item and measures it on a shelf.</summary>
    private static async Task RecordAsync(NodeProcess node, string sourceKey)
    {
        using var registered = await node.RegisterAsync(sourceKey);
        var item = (await registered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("identifier").GetString();
        await SendAsync(
            new
            {
                type = "commission",
                time = DateTimeOffset.UtcNow.AddMinutes(-2),
                items = new[] { new { identifier = item, quantity = "5" } },
                place = Place,
            }
        );
        await SendAsync(
            new
            {
                type = "inspect",
                time = DateTimeOffset.UtcNow.AddMinutes(-1),
                items = new[] { item },
                step = "thickness",
                measurements = new[] { new { characteristic = "thickness", value = 7 } },
            }
        );

        async Task SendAsync(object recorded)
        {
            using var answer = await node.Http.PostAsJsonAsync("/api/v1/events", recorded);
            Assert.That((int)answer.StatusCode, Is.EqualTo(201), await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>What both tables answer, without what tells how far their readers are.</summary>
    private static async Task<(string Quality, string Stock)> ReadAsync(NodeProcess node)
    {
        var quality = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/quality?by=step");
        using var answer = await node.Http.GetAsync($"/api/v1/stock?place={Place}");
        var stock = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (quality.GetProperty("rows").ToString(), stock.GetProperty("items").ToString());
    }

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
