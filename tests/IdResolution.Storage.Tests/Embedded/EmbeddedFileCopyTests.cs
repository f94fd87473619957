using IdResolution.Core.Access;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Testing;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>A store copied whole into another: everything, resumable, compared at the end.</summary>
[TestFixture]
public sealed class EmbeddedFileCopyTests
{
    private TemporaryDirectory _directory = null!;

    private string From => _directory.File("from.db");

    private string To => _directory.File("to.db");

    [SetUp]
    public async Task MakeSourceAsync()
    {
        _directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(From);
        // More than one page of search values.
        for (var i = 0; i < 900; i++)
        {
            await node.RegisterAsync($"S{i}", power: $"{i - 20}.5");
        }
        await node.UpdateAsync(await node.RegisterAsync("updated 氢能 😀"), "power", "-7");
        await node.RevokeAsync(await node.RegisterAsync("revoked"));
        await node.EraseAsync(await node.RegisterAsync("erased"), "a:power");
        await node
            .Store.Audit.AppendAsync([new AuditEvent(1, "k-1", "erase", "x", "done", 1)], CancellationToken.None)
            .Soon();
        await node.Store.Sequences.ReserveAsync("MEA-", null, 7, CancellationToken.None).Soon();
    }

    [TearDown]
    public void Drop() => _directory.Dispose();

    [Test]
    public void Tables_AreThoseOfTheSchemaWithAllTheirColumns()
    {
        using var connection = new SqliteConnection($"Data Source={From};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var columns = new List<string>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = """
                SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT IN (
                    'schema_migrations', 'leases', 'quality', 'stock'
                )
                """;
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                columns.Add(reader.GetString(0));
            }
        }

        Assert.That(CopyTable.All.SelectMany(t => t.Columns.Select(c => $"{t.Name}.{c}")), Is.EquivalentTo(columns));
    }

    [Test]
    public async Task RunAsync_IntoAnEmptyStore_CopiesEverything()
    {
        var rows = await CopyAsync();

        Assert.That(rows.Single(r => r.Table == "records").Rows, Is.EqualTo(903));
        Assert.That(Doctor.Run(To, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
        foreach (var table in CopyTable.All)
        {
            var columns = string.Join(") || quote(", table.Columns.Select(c => $"[{c}]"));
            // The copy waits for its next log, and has a setting for that.
            var rest = table.Name == "settings" ? $" WHERE name <> '{LogRestart.PendingSetting}'" : "";
            var dump = $"SELECT group_concat(quote({columns})) FROM {table.Quoted}{rest}";
            Assert.That(RawSql.Run(To, dump), Is.EqualTo(RawSql.Run(From, dump)), table.Name);
        }
        using var copy = await EmbeddedNode.OpenAsync(To);
        var head = await copy.Store.Log.HeadAsync(CancellationToken.None);
        await copy.RegisterAsync("after the copy");
        Assert.That(
            await copy.Store.Log.HeadAsync(CancellationToken.None),
            Is.EqualTo(head + 1),
            "the log goes on where it was"
        );
        Assert.That(
            await copy.Store.Sequences.ReserveAsync("MEA-", null, 1, CancellationToken.None).Soon(),
            Is.EqualTo(8)
        );
    }

    [TestCase("copy records")]
    [TestCase("copy search_values")]
    [TestCase("compare versions")]
    public async Task RunAsync_AfterAnInterruption_GoesOnAndIsWhole(string step)
    {
        using var stop = new CancellationTokenSource();
        var progress = new Doing<(string Step, double Done)>(at =>
        {
            if (at.Step == step)
            {
                stop.Cancel();
            }
        });

        Assert.That(async () => await CopyAsync(progress, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            RawSql.Run(To, "SELECT COUNT(*) FROM settings WHERE name = 'copy:source'"),
            Is.EqualTo(1),
            "nodes refuse it"
        );
        await CopyAsync();

        Assert.That(RawSql.Run(To, "SELECT COUNT(*) FROM settings WHERE name LIKE 'copy:%'"), Is.EqualTo(0));
        Assert.That(Doctor.Run(To, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public async Task RunAsync_SourceWrittenToSinceTheInterruption_IsRefused()
    {
        using var stop = new CancellationTokenSource();
        Assert.That(
            async () => await CopyAsync(new Doing<(string, double)>(_ => stop.Cancel()), stop.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        using (var node = await EmbeddedNode.OpenAsync(From))
        {
            await node.RegisterAsync("late");
        }

        Assert.That(
            async () => await CopyAsync(),
            Throws.InstanceOf<MaintenanceException>().With.Message.Contains("before it was written to")
        );
    }

    [Test]
    public async Task RunAsync_SourceWrittenToMeanwhile_IsFoundOut()
    {
        var written = false;
        var progress = new Doing<(string Step, double Done)>(at =>
        {
            if (at.Step == "compare records" && !written)
            {
                written = true;
                RawSql.Run(From, "UPDATE records SET updated_at = updated_at + 1 WHERE object = 5; SELECT 1");
            }
        });

        Assert.That(
            async () => await CopyAsync(progress),
            Throws.InstanceOf<MaintenanceException>().With.Message.Contains("records differs")
        );
    }

    [Test]
    public async Task RunAsync_TargetInUse_IsRefused()
    {
        using (var node = await EmbeddedNode.OpenAsync(To))
        {
            await node.RegisterAsync("mine");
        }

        Assert.That(
            async () => await CopyAsync(),
            Throws.InstanceOf<MaintenanceException>().With.Message.Contains("is not empty")
        );
    }

    [Test]
    public void RunAsync_KeyFileOfAnotherNode_IsRefused() =>
        Assert.That(
            async () =>
                await StoreCopy.RunAsync(
                    CopyAddress.OfFile(From),
                    CopyAddress.OfFile(To),
                    new Dictionary<string, string> { ["other.key"] = "x" },
                    TimeProvider.System,
                    new Doing<(string, double)>(_ => { }),
                    CancellationToken.None
                ),
            Throws.InstanceOf<MaintenanceException>().With.Message.Contains("other.key")
        );

    private Task<IReadOnlyList<(string Table, long Rows)>> CopyAsync(
        IProgress<(string, double)>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        StoreCopy.RunAsync(
            CopyAddress.OfFile(From),
            CopyAddress.OfFile(To),
            new Dictionary<string, string>(),
            TimeProvider.System,
            progress ?? new Doing<(string, double)>(_ => { }),
            cancellationToken
        );
}
