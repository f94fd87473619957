using System.Diagnostics;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>
/// What a double cannot show: numbers under real concurrency, plans, rights, cold sessions. On the server of
/// <c>IDR_TEST_SQLSERVER</c>.
/// </summary>
public sealed class GivenServerTests
{
    private const string NodePassword = "Idnode-Test-1";

    private GivenDatabase? _database;

    private string ConnectionString => (_database ??= GivenDatabase.Create(Assert.Ignore)).ConnectionString;

    [SetUp]
    public void MakeDatabase() => Assert.That(ConnectionString, Is.Not.Empty);

    [TearDown]
    public void DropDatabase()
    {
        _database?.Dispose();
        _database = null;
    }

    [Test]
    public async Task ReserveObjects_ManyAtOnce_GivesNoNumberTwice()
    {
        (await OpenAsync()).Dispose();

        var numbers = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        await using var connection = new SqlConnection(ConnectionString);
                        await connection.OpenAsync();
                        var mine = new List<long>();
                        for (var i = 0; i < 50; i++)
                        {
                            await using var command = new SqlCommand(SqlServerStatements.ReserveObjects, connection);
                            command.Parameters.AddWithValue("@count", 1L);
                            mine.Add((long)(await command.ExecuteScalarAsync())!);
                        }
                        return mine;
                    })
                )
        );

        Assert.That(numbers.SelectMany(n => n).Order(), Is.EqualTo(Enumerable.Range(1, 800)));
    }

    [Test]
    public async Task AddFromLogAsync_NothingToAdd_IsTaken()
    {
        using var store = await OpenAsync();
        var lease = (
            await store.Leases.TakeAsync(LogCounter.ReaderName, "one", TimeSpan.FromMinutes(1), CancellationToken.None)
        )!;

        Assert.That(
            await store.Statistics.AddFromLogAsync(
                new LogMove(lease, LogCounter.ReaderName, 0, 1),
                [],
                CancellationToken.None
            ),
            Is.True
        );
    }

    /// <summary>
    /// A scan for every key takes as many times longer as there are more records: a seek hardly any longer.
    /// </summary>
    [Test]
    public async Task WriteAsync_ManyRecords_IsHardlySlowerThanWithFew()
    {
        using var store = await OpenAsync();
        await RegisterAsync(store, 0, 2_000);
        var few = await MeasureAsync(store, 2_000);
        await RegisterAsync(store, 4_500, 27_500);
        var many = await MeasureAsync(store, 32_000);
        TestContext.Out.WriteLine(
            $"500 registrations beside 2,000 records: {few.TotalMilliseconds:N0} ms, beside 32,000: "
                + $"{many.TotalMilliseconds:N0} ms (medians of five)"
        );

        Assert.That(many, Is.LessThan((few * 4) + TimeSpan.FromMilliseconds(200)));
    }

    [Test]
    public async Task OpenAsync_LoginWithoutRights_IsToldOfTheScript()
    {
        var login = $"idnode_test_{Guid.NewGuid():N}";
        Execute($"CREATE LOGIN [{login}] WITH PASSWORD = N'{NodePassword}'");
        try
        {
            Execute($"CREATE USER [{login}] FOR LOGIN [{login}]");
            var settings = Settings(As(login, NodePassword));

            var refusal = await Assert.ThrowsAsync<DatabaseUnusableException>(() =>
                SqlServerStore.OpenAsync(settings, TimeProvider.System, CancellationToken.None)
            );

            Assert.That(refusal!.Message, Does.Contain("idnode migrate --script > schema.sql"));
        }
        finally
        {
            SqlConnection.ClearAllPools();
            Execute($"DROP USER IF EXISTS [{login}]");
            Execute($"DROP LOGIN [{login}]");
        }
    }

    [Test]
    public async Task CreateScript_RunTwice_MakesADatabaseThatItsLoginsCanUse()
    {
        var name = $"idnode_test_{Guid.NewGuid():N}";
        try
        {
            RunCreateScript(name);
            RunCreateScript(name);
            var owner = Settings(As($"{name}_owner", "Idnode-Owner-1", name));
            (await SqlServerStore.OpenAsync(owner, TimeProvider.System, CancellationToken.None)).Dispose();
            using var node = await SqlServerStore.OpenAsync(
                Settings(As(name, NodePassword, name)),
                TimeProvider.System,
                CancellationToken.None
            );

            var written = await node.Records.WriteAsync([RecordWrites.Registration("88.1/A")], CancellationToken.None);

            Assert.That(written[0].Outcome, Is.EqualTo(WriteOutcome.Created));
            using var connection = new SqlConnection(As(name, NodePassword, name));
            connection.Open();
            using var command = new SqlCommand("CREATE TABLE not_its_business (a int)", connection);
            Assert.That(command.ExecuteNonQuery, Throws.InstanceOf<SqlException>(), "a node changes no schema");
        }
        finally
        {
            SqlConnection.ClearAllPools();
            Execute($"IF DB_ID(N'{name}') IS NOT NULL DROP DATABASE [{name}]");
            Execute($"IF SUSER_ID(N'{name}') IS NOT NULL DROP LOGIN [{name}]");
            Execute($"IF SUSER_ID(N'{name}_owner') IS NOT NULL DROP LOGIN [{name}_owner]");
        }
    }

    [Test]
    public async Task FindAsync_ManyOnAColdServer_AllAreAnswered()
    {
        (await OpenAsync()).Dispose();
        // A pool of its own, which is empty.
        var cold = new SqlConnectionStringBuilder(ConnectionString)
        {
            ApplicationName = $"cold {Guid.NewGuid():N}",
        }.ConnectionString;
        using var store = await SqlServerStore.OpenAsync(
            Settings(cold, seconds: 5),
            TimeProvider.System,
            CancellationToken.None
        );

        var began = Stopwatch.GetTimestamp();
        var found = await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(_ =>
                    Task.Run(() => store.Records.FindAsync(LookupKey.Of("88.1/A"), CancellationToken.None).AsTask())
                )
        );
        TestContext.Out.WriteLine(
            $"64 callers on a cold server: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms"
        );

        Assert.That(found, Has.Length.EqualTo(64));
    }

    private static StoreSettings Settings(string connectionString, int seconds = 30) =>
        new("", connectionString, "", TimeSpan.FromSeconds(seconds));

    private Task<NodeStore> OpenAsync() =>
        SqlServerStore.OpenAsync(Settings(ConnectionString), TimeProvider.System, CancellationToken.None);

    private string As(string login, string password, string? database = null)
    {
        var builder = new SqlConnectionStringBuilder(ConnectionString)
        {
            UserID = login,
            Password = password,
            IntegratedSecurity = false,
        };
        builder.InitialCatalog = database ?? builder.InitialCatalog;
        return builder.ConnectionString;
    }

    private static async Task<TimeSpan> MeasureAsync(NodeStore store, int first)
    {
        var took = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await RegisterAsync(store, first + (i * 500), 500);
            took.Add(Stopwatch.GetElapsedTime(began));
        }
        return took.Order().ElementAt(2);
    }

    /// <summary>With business keys, so that both are looked up.</summary>
    private static async Task RegisterAsync(NodeStore store, int first, int count)
    {
        foreach (var numbers in Enumerable.Range(first, count).Chunk(500))
        {
            var results = await store.Records.WriteAsync(
                [.. numbers.Select(n => RecordWrites.Registration($"88.1/{n}", "x", "mes", $"K{n}"))],
                CancellationToken.None
            );
            Assert.That(results.Select(r => r.Outcome), Is.All.EqualTo(WriteOutcome.Created));
        }
    }

    private void RunCreateScript(string name)
    {
        using var connection = new SqlConnection(ConnectionString);
        connection.Open();
        foreach (var batch in CreateScriptTests.Batches(name, "Idnode-Owner-1", NodePassword))
        {
            using var command = new SqlCommand(batch, connection) { CommandTimeout = 120 };
            command.ExecuteNonQuery();
        }
    }

    private void Execute(string sql)
    {
        using var connection = new SqlConnection(ConnectionString);
        connection.Open();
        using var command = new SqlCommand(sql, connection) { CommandTimeout = 120 };
        command.ExecuteNonQuery();
    }
}
