using System.Text.RegularExpressions;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Statistics;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using IdResolution.Tds;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>
/// Opening a SQL Server database: migrated once, refused where it must not be touched, with texts that help.
/// </summary>
public sealed class ServerDialectOpeningTests
{
    private readonly TdsServer _server = new TdsServer().Start();
    private ServerDialectDatabase _database = null!;

    private string ConnectionString => _database.ConnectionString;

    private StoreSettings Settings => new("", ConnectionString, "", TimeSpan.FromSeconds(5));

    [SetUp]
    public void MakeDatabase() => _database = new ServerDialectDatabase(_server);

    [TearDown]
    public void CloseDatabase()
    {
        _server.RefusesLogins = false;
        _database.Dispose();
    }

    [OneTimeTearDown]
    public async Task StopServerAsync() => await _server.DisposeAsync();

    [Test]
    public async Task OpenAsync_SeveralAtOnceOnAnEmptyDatabase_OneMigratesAndAllWrite()
    {
        var stores = await Task.WhenAll(
                Enumerable
                    .Range(0, 4)
                    .Select(_ =>
                        Task.Run(() => SqlServerStore.OpenAsync(Settings, TimeProvider.System, CancellationToken.None))
                    )
            )
            .Soon();

        await Task.WhenAll(
                stores.Select(
                    (store, i) =>
                        store.Records.WriteAsync([RecordWrites.Registration($"88.1/{i}")], CancellationToken.None)
                )
            )
            .Soon();

        Assert.That(
            (await stores[0].Log.ReadAsync(0, 10, CancellationToken.None)).Select(c => c.Sequence),
            Is.EqualTo(new long[] { 1, 2, 3, 4 })
        );
        Assert.That(
            Scalar("SELECT COUNT(*) FROM schema_migrations"),
            Is.EqualTo(SqlServerMigrator.Plan.Migrations.Count)
        );
        Array.ForEach(stores, s => s.Dispose());
    }

    [TestCase(42)]
    [TestCase(0)]
    public async Task OpenAsync_CursorKeptAmongTheCounters_IsThatOfTheReader(long counted)
    {
        var first = Script.All("SqlServer")[0];
        Execute(SqlServerSchema.CreateHistory);
        foreach (var batch in SqlServerMigrator.Batches(first.Sql))
        {
            Execute(batch);
        }
        Execute(
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
                + $"VALUES (1, N'{first.Name}', N'{first.Checksum}', 0)"
        );
        Execute($"UPDATE counters SET value = {counted} WHERE name = N'statistics'");

        using var store = await OpenAsync();

        Assert.That(
            await store.Readers.CursorAsync(LogCounter.ReaderName, CancellationToken.None),
            Is.EqualTo(counted)
        );
        Assert.That(Scalar("SELECT COUNT(*) FROM counters WHERE name <> 'epoch'"), Is.EqualTo(3));
    }

    [Test]
    public async Task OpenAsync_NewerSchema_IsRefused()
    {
        (await OpenAsync()).Dispose();
        Execute(
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (99, N'099_later.sql', N'x', 0)"
        );

        var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(OpenAsync);

        Assert.That(refusal!.Message, Does.Contain("99").And.Contain("newer"));
    }

    [Test]
    public async Task OpenAsync_SchemaOfAnotherMaking_IsRefused()
    {
        (await OpenAsync()).Dispose();
        Execute("UPDATE schema_migrations SET checksum = N'x'");

        Assert.That(
            (await Assert.ThrowsAsync<DatabaseUnusableException>(OpenAsync))!.Message,
            Does.Contain("not the one")
        );
    }

    [TestCase(262)]
    [TestCase(2760)]
    [TestCase(33557097, Description = "what Babelfish calls most of its errors")]
    public async Task OpenAsync_LoginWithoutTheRight_IsToldOfTheScript(int number)
    {
        _server.FailNext(number, sql => sql.Contains("CREATE TABLE", StringComparison.Ordinal));

        var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(OpenAsync);

        Assert.That(refusal!.Message, Does.Contain("idnode migrate --script > schema.sql"));
        AssertSecret(refusal);
    }

    [Test]
    public async Task ScriptAsync_RunByAnAdministrator_IsWhatTheNodeNeeds()
    {
        var script = await StoreOpener.ScriptAsync(Settings, TimeProvider.System, CancellationToken.None);
        var whole = await StoreOpener.ScriptAsync(
            StoreSettings.Embedded("none"),
            TimeProvider.System,
            CancellationToken.None
        );
        Assert.That(WithoutTimes(script), Is.EqualTo(WithoutTimes(whole)));

        RunTwice(script);
        _server.FailNext(262, sql => sql.Contains("CREATE TABLE", StringComparison.Ordinal));
        await Assert.ThrowsAsync<DatabaseUnusableException>(OpenAsync, "it does the step in code, and no script after");
        RunTwice(script);
        _server.FailNext(262, sql => sql.Contains("CREATE TABLE", StringComparison.Ordinal));
        await Assert.ThrowsAsync<DatabaseUnusableException>(OpenAsync, "there is another step with scripts after it");
        RunTwice(script);
        _server.FailNext(262, sql => sql.Contains("CREATE TABLE", StringComparison.Ordinal));
        using var store = await OpenAsync();

        Assert.That(
            (
                await store
                    .Documents.WriteAsync([Contracts.Documents.Write(LogKind.Key, "k1", "{}")], CancellationToken.None)
                    .Soon()
            ).IsOk
        );
        Assert.That(
            await StoreOpener.ScriptAsync(Settings, TimeProvider.System, CancellationToken.None),
            Does.Contain("nothing to do")
        );
    }

    [Test]
    public async Task ScriptAsync_BatchThatFails_LeavesNothingThatLooksDone()
    {
        var script = await StoreOpener.ScriptAsync(Settings, TimeProvider.System, CancellationToken.None);
        _server.FailNext(2714, sql => sql.Contains("CREATE TABLE records", StringComparison.Ordinal));

        using (var connection = new SqlConnection(ConnectionString))
        {
            connection.Open();
            foreach (var batch in SqlServerMigrator.Batches(script))
            {
                try
                {
                    using var command = new SqlCommand(batch, connection);
                    command.ExecuteNonQuery();
                }
                catch (SqlException e) when (e.Number == 2714)
                {
                    // What the tools of administrators do: they go on.
                    using var command = new SqlCommand("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION", connection);
                    command.ExecuteNonQuery();
                }
            }
        }

        Assert.That(Scalar("SELECT COUNT(*) FROM schema_migrations"), Is.Zero);
        (await OpenAsync()).Dispose();
    }

    [Test]
    public async Task OpenAsync_LoginRefused_SaysSoWithoutThePassword()
    {
        _server.RefusesLogins = true;

        var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(OpenAsync);

        Assert.That(refusal!.Message, Does.Contain("login").And.Contain("18456"));
        AssertSecret(refusal);
    }

    [Test]
    public async Task OpenAsync_NoServer_SaysSo()
    {
        await _server.StopAsync();

        var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(OpenAsync);
        _server.Start();

        Assert.That(refusal!.Message, Does.Contain("Store:SqlServer"));
        AssertSecret(refusal);
    }

    [Test]
    public async Task OpenAsync_RowVersioningNotAllowed_GoesOnWithAWarning()
    {
        _server.FailNext(5011, sql => sql == SqlServerSchema.UseRowVersions);

        var store = await OpenAsync();

        Assert.That(store.Warnings, Has.Count.EqualTo(1));
        Assert.That(store.Warnings[0].En, Does.Contain("READ_COMMITTED_SNAPSHOT"));
        store.Dispose();
        using var again = await OpenAsync();
        Assert.That(again.Warnings, Is.Empty, "this time it was allowed");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task OpenAsync_EncryptionSwitchedOff_GoesOnWithAWarning(bool ofTheReplica)
    {
        var clear = new SqlConnectionStringBuilder(ConnectionString)
        {
            Encrypt = SqlConnectionEncryptOption.Optional,
            ServerCertificate = "",
        }.ConnectionString;

        using var store = await SqlServerStore.OpenAsync(
            ofTheReplica ? Settings with { SqlServerReplica = clear } : Settings with { SqlServer = clear },
            TimeProvider.System,
            CancellationToken.None
        );

        Assert.That(store.Warnings.Select(w => w.En), Has.One.Contains("encryption"));
    }

    [TestCase("nonsense")]
    [TestCase("Server=db;Password=hush")]
    [TestCase("Server=db;Database=x;Password=hush;Port=7")]
    public void Fault_OfAConnectionString_DoesNotRepeatIt(string connectionString) =>
        Assert.That(
            StoreSettings.Fault(connectionString)?.En,
            Is.Not.Null.And.Not.Contain("hush").And.Not.Contain("nonsense")
        );

    [Test]
    public void Settings_AsText_HoldNoPassword() => Assert.That(Settings.ToString(), Does.Not.Contain("Password"));

    private static void AssertSecret(Exception refusal) =>
        Assert.That(
            refusal.ToString(),
            Does.Not.Contain("Password=").And.Not.Contain("127.0.0.1").And.Not.Contain(nameof(SqlException))
        );

    private static string WithoutTimes(string script) => Regex.Replace(script, "[0-9]{12,}", "T");

    private Task<NodeStore> OpenAsync() =>
        SqlServerStore.OpenAsync(Settings, TimeProvider.System, CancellationToken.None);

    private void RunTwice(string script)
    {
        using var connection = new SqlConnection(ConnectionString);
        connection.Open();
        foreach (var batch in SqlServerMigrator.Batches(script).Concat(SqlServerMigrator.Batches(script)))
        {
            using var command = new SqlCommand(batch, connection);
            command.ExecuteNonQuery();
        }
    }

    private object Scalar(string sql)
    {
        using var connection = new SqlConnection(ConnectionString);
        connection.Open();
        using var command = new SqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private void Execute(string sql) => Scalar(sql + "; SELECT 1");
}
