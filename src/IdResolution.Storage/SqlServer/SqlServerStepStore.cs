using System.Data;
using Dapper;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// A SQL Server database while a step in code runs on it. Each transaction holds the lock of the log. Writers check the
/// epoch only after they have that lock.
/// </summary>
internal sealed class SqlServerStepStore(SqlConnection connection) : IStepStore
{
    // The server's limit is 2,100.
    private const int MaxParameters = 2_000;

    /// <summary>Unknown: a login with the right to see the server's disks would have too many rights.</summary>
    public long? FreeBytes => null;

    public async Task<T> RunAsync<T>(Func<StepTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var transaction = (SqlTransaction)
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (await connection.ExecuteScalarAsync<int>(SqlServerSchema.LockLog, null, transaction, commandTimeout: 0) < 0)
        {
            throw new DatabaseUnusableException(
                "The lock of the log was not to be had within a minute. Run idnode migrate again; it goes on where it "
                    + "stopped.",
                "一分钟内未能获得日志的锁。请再次执行 idnode migrate，从中断处继续。"
            );
        }
        var result = await work(new StepTransaction(transaction, SqlServerDialect.Instance, MaxParameters));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
