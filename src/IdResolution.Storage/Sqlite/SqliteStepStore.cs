using IdResolution.Storage.Migrations;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// The embedded store while a step in code runs on it. Each transaction takes the write lock when it begins.
/// </summary>
internal sealed class SqliteStepStore(SqliteConnection connection) : IStepStore
{
    public long? FreeBytes
    {
        get
        {
            var directory = Path.GetDirectoryName(Path.GetFullPath(connection.DataSource))!;
            return new DriveInfo(directory).AvailableFreeSpace;
        }
    }

    public async Task<T> RunAsync<T>(Func<StepTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var transaction = connection.BeginTransaction(deferred: false);
        var result = await work(new StepTransaction(transaction, SqliteDialect.Instance, batch: 0));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
