using System.Data.Common;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>What the contracts share: a database of its own for each fixture, empty before each test.</summary>
public abstract class StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private readonly TDatabase _database = new();

    protected Ports Ports { get; private set; } = null!;

    protected CopyAddress Address => _database.Address;

    protected StoreSettings Settings => _database.Settings;

    [SetUp]
    public void OpenDatabase()
    {
        _database.Empty();
        Ports = _database.Open();
    }

    [TearDown]
    public void NoteTest() => Coverage.Ran(GetType(), TestContext.CurrentContext.Test.MethodName!);

    [OneTimeTearDown]
    public void DropDatabase() => _database.Dispose();

    /// <summary>The same database opened once more, as another node would.</summary>
    protected Ports OpenAgain() => _database.Open();

    /// <summary>Runs SQL past the store.</summary>
    protected void Execute(string sql) => _database.Execute(sql);

    /// <summary>Opens a connection past the store.</summary>
    protected DbConnection Connect() => _database.Connect();

    protected async Task<RecordWriteResult> WriteAsync(RecordWrite write) =>
        (await Ports.Records.WriteAsync([write], CancellationToken.None).Soon())[0];

    protected async Task<StoredRecord> WriteDoneAsync(RecordWrite write)
    {
        var result = await WriteAsync(write);
        Assert.That(result.Outcome, Is.AnyOf(WriteOutcome.Created, WriteOutcome.Changed, WriteOutcome.Reinstated));
        return result.Record!;
    }

    /// <summary>Makes the source of GS1 keys. Returns its number.</summary>
    protected async Task<long> SourceAsync()
    {
        var write = Documents.Write(LogKind.Configuration, "source:gs1", """{"code":"gs1","caseSensitive":true}""");
        return (await Ports.Documents.WriteAsync([write], CancellationToken.None).Soon()).Value[0].Object;
    }

    protected static RegisterRecord WithGs1Key(RegisterRecord registration, long source, string key)
    {
        var row = BusinessKeys.Row(source, key, key);
        return registration with { FirstKey = [row], Rows = [row] };
    }
}
