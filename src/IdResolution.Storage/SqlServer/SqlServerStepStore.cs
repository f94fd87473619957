using System.Data;
using Dapper;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// A SQL Server database while a step in code runs on it: each transaction holds the lock of the log, behind which
/// writers look at the epoch.
/// </summary>
internal sealed class SqlServerStepStore(SqlConnection connection) : IStepStore
{
    // The server takes 2,100.
    private const int MaxParameters = 2_000;

    /// <summary>A login that may see the server's disks may do too much.</summary>
    public long? FreeBytes => null;

    public async Task<T> RunAsync<T>(Func<StepTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var transaction = (SqlTransaction)
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        if (await connection.ExecuteScalarAsync<int>(SqlServerSchema.LockLog, null, transaction, commandTimeout: 0) < 0)
        {
            throw new DatabaseUnusableException(
                "The lock of the log was not to be had within a minute. Run idnode migrate again; it goes on where it "
                    + "stopped."
            );
        }
        var result = await work(new StepTransaction(transaction, SqlServerDialect.Instance, MaxParameters));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
