using System.Data;
using System.Text;
using Dapper;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Brings a SQL Server database to this node's schema with numbered migrations, forward only. A script runs in one
/// transaction, a step in code page by page. An application lock lets one node migrate while others that start wait.
/// Also writes missing migrations as a script for an administrator.
/// </summary>
internal sealed class SqlServerMigrator(SqlConnection connection, int seconds, MigrationRun run)
{
    /// <summary>All migrations of a SQL Server database.</summary>
    public static readonly MigrationPlan Plan = MigrationPlan.Of("SqlServer");

    // Another node may be running a script that rewrites a large table.
    private const int LockMilliseconds = 600_000;

    // A step of a new or small store is over by then: nodes that start at once on one all serve for writing.
    private const int ReadingLockMilliseconds = 5_000;

    private static readonly Text ScriptHint = new(
        "Have an administrator run what this prints: idnode migrate --script > schema.sql (with the same "
            + "settings), or give the login the right to make tables, indexes and types.",
        "请由管理员执行以下命令输出的脚本（使用相同的配置）：idnode migrate --script > schema.sql；或授予该登录名建立表、索引和类型的权限。"
    );

    private static readonly Text ReadingOnly = new(
        "The database is being migrated: reading goes on, and writes are refused until that is done.",
        "数据库正在迁移：可以读取，完成之前拒绝写入。"
    );

    private readonly MigrationPlan _plan = run.Plan;

    /// <summary>Migrates the database of the settings.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The database cannot be reached or migrated; the message says what to do.
    /// </exception>
    public static Task<MigrationEnd> MigrateAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken
    ) => MigrateAsync(settings, new MigrationRun(Plan, time), cancellationToken);

    /// <inheritdoc cref="MigrateAsync(StoreSettings, TimeProvider, CancellationToken)"/>
    public static Task<MigrationEnd> MigrateAsync(
        StoreSettings settings,
        MigrationRun run,
        CancellationToken cancellationToken
    ) =>
        WithAsync(
            settings,
            run,
            async migrator =>
                await migrator.MigrateAsync(cancellationToken)
                    ? new MigrationEnd(false, await migrator.UseRowVersionsAsync(cancellationToken))
                    : new MigrationEnd(true, [ReadingOnly]),
            cancellationToken
        );

    /// <summary>Writes the missing migrations as a script. The script may be run more than once.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be reached; the message says what to do.</exception>
    public static Task<string> ScriptAsync(
        StoreSettings settings,
        MigrationRun run,
        CancellationToken cancellationToken
    ) =>
        WithAsync(
            settings,
            run,
            async migrator => new SchemaScript(run).Print(await migrator.StateAsync(cancellationToken)),
            cancellationToken
        );

    /// <summary>Splits a script into batches, sent one by one. A batch ends at a line with only <c>GO</c>.</summary>
    internal static IEnumerable<string> Batches(string sql)
    {
        var batch = new StringBuilder();
        foreach (var line in sql.ReplaceLineEndings("\n").Split('\n').Append("GO"))
        {
            if (!line.Trim().Equals("GO", StringComparison.OrdinalIgnoreCase))
            {
                batch.Append(line).Append('\n');
                continue;
            }
            if (batch.ToString().Trim() is { Length: > 0 } text)
            {
                yield return text;
            }
            batch.Clear();
        }
    }

    private static async Task<T> WithAsync<T>(
        StoreSettings settings,
        MigrationRun run,
        Func<SqlServerMigrator, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var database = new SqlServerDatabase(settings.SqlServer, settings.Timeout);
        await using var connection = database.Connect();
        try
        {
            await connection.OpenAsync(cancellationToken);
            return await work(new SqlServerMigrator(connection, database.Seconds, run));
        }
        catch (SqlException e) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = SqlServerFault.Of(e);
            throw new DatabaseUnusableException(
                $"The database of Store:SqlServer cannot be used: {fault.Message} Check server, database, login "
                    + "and network, and that the certificate is trusted.",
                $"Store:SqlServer 的数据库无法使用：{fault.Message} 请检查服务器、数据库、登录名和网络，以及证书是否受信任。",
                fault
            );
        }
        catch (NotSupportedException e)
        {
            throw new DatabaseUnusableException(
                "The SQL Server client does not run without ICU. Install the system's ICU libraries (libicu), and "
                    + "do not set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.",
                "SQL Server 客户端需要 ICU。请安装系统的 ICU 库（libicu），且不要设置 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT。",
                e
            );
        }
        finally
        {
            // Other users of the pool must not get this connection's session settings.
            SqlConnection.ClearPool(connection);
        }
    }

    /// <summary>Migrates under the lock. False if a step in code is left, or is running on another node.</summary>
    private async Task<bool> MigrateAsync(CancellationToken cancellationToken)
    {
        var state = await StateAsync(cancellationToken);
        if (_plan.IsApplied(state))
        {
            return true;
        }
        var isForReading = run.IsForReading && state.Epoch < 0;
        if (!await LockAsync(isForReading ? ReadingLockMilliseconds : LockMilliseconds, cancellationToken))
        {
            return isForReading
                ? false
                : throw new DatabaseUnusableException(
                    $"Another node has been migrating the database for {LockMilliseconds / 60_000} minutes. Wait until "
                        + "it is done, then start this one.",
                    $"另一节点正在迁移数据库，已等待 {LockMilliseconds / 60_000} 分钟。请待其完成后再启动本节点。"
                );
        }
        try
        {
            return await ApplyAsync(cancellationToken);
        }
        catch (SqlException e)
            when (!cancellationToken.IsCancellationRequested && !SqlServerErrors.IsOfTheConnection(e))
        {
            // For any number: servers report a missing right with several.
            var fault = SqlServerFault.Of(e);
            throw new DatabaseUnusableException(
                "The schema is missing or old, and the login of Store:SqlServer could not make it "
                    + $"({fault.Message}) {ScriptHint.En}",
                $"数据库缺少结构或结构较旧，而 Store:SqlServer 的登录名无法建立（{fault.Message}）。{ScriptHint.Zh}",
                fault
            );
        }
        finally
        {
            await UnlockAsync();
        }
    }

    private async Task<bool> LockAsync(int milliseconds, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(
                SqlServerSchema.Lock,
                new { milliseconds },
                commandTimeout: (milliseconds / 1_000) + seconds,
                cancellationToken: cancellationToken
            )
        ) >= 0;

    /// <summary>Applies the missing migrations; the lock is held. False if a step was left, as allowed.</summary>
    private async Task<bool> ApplyAsync(CancellationToken cancellationToken)
    {
        // Another node may have migrated while this one waited for the lock.
        var state = await StateAsync(cancellationToken);
        _plan.IsApplied(state);
        if (!await IsThereAsync(SqlServerSchema.HasHistory, cancellationToken))
        {
            await ExecuteAsync(SqlServerSchema.CreateHistory, null, null, cancellationToken);
        }
        var runner = new StepRunner(new SqlServerStepStore(connection), run.Time, run.Progress);
        foreach (var next in _plan.Migrations.Skip(state.Applied.Count))
        {
            if (next is Script script)
            {
                await ApplyAsync(script, cancellationToken);
                continue;
            }
            if (run.LeavesSteps && await HeadAsync(cancellationToken) > 0)
            {
                return false;
            }
            await runner.RunAsync((NumberedStep)next, cancellationToken);
        }
        return true;
    }

    private Task<long> HeadAsync(CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(
            new CommandDefinition(Statements.Head, commandTimeout: seconds, cancellationToken: cancellationToken)
        );

    private async Task ApplyAsync(Script script, CancellationToken cancellationToken)
    {
        await using var transaction = (SqlTransaction)
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        foreach (var batch in Batches(script.Sql))
        {
            await ExecuteAsync(batch, null, transaction, cancellationToken);
        }
        await ExecuteAsync(
            MigrationStatements.Note,
            new
            {
                script.Version,
                script.Name,
                script.Checksum,
                AppliedAt = Micros.Now(run.Time),
            },
            transaction,
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task UnlockAsync()
    {
        if (connection.State == ConnectionState.Open)
        {
            await ExecuteAsync(SqlServerSchema.Unlock, null, null, CancellationToken.None);
        }
    }

    /// <summary>Turns row versions on. Without them readers wait for writers, but the node still works.</summary>
    private async Task<IReadOnlyList<Text>> UseRowVersionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await IsVersionedAsync(cancellationToken))
            {
                return [];
            }
            await ExecuteAsync(SqlServerSchema.UseRowVersions, null, null, cancellationToken);
            if (await IsVersionedAsync(cancellationToken))
            {
                return [];
            }
        }
        catch (SqlException)
        {
            // It is not allowed, not possible now, or not known to this server.
        }
        return
        [
            new Text(
                "READ_COMMITTED_SNAPSHOT is off in the database and could not be switched on: readers wait for writers "
                    + "now and then. Have an administrator run, while no node is connected: ALTER DATABASE [name] SET "
                    + "READ_COMMITTED_SNAPSHOT ON",
                "数据库未启用 READ_COMMITTED_SNAPSHOT，且无法启用：读取有时须等待写入。请由管理员在没有节点连接时执行：ALTER DATABASE [名称] SET "
                    + "READ_COMMITTED_SNAPSHOT ON"
            ),
        ];
    }

    private async Task<bool> IsVersionedAsync(CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(
                SqlServerSchema.IsVersioned,
                commandTimeout: seconds,
                cancellationToken: cancellationToken
            )
        ) == 1;

    private async Task<bool> IsThereAsync(string question, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(question, commandTimeout: seconds, cancellationToken: cancellationToken)
        ) > 0;

    private async Task<MigrationState> StateAsync(CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(SqlServerSchema.HasHistory, cancellationToken))
        {
            return new MigrationState([], 0);
        }
        CommandDefinition Command(string sql) =>
            new(sql, commandTimeout: seconds, cancellationToken: cancellationToken);
        var applied = await connection.QueryAsync<AppliedMigration>(Command(MigrationStatements.Applied));
        var epoch = await IsThereAsync(SqlServerSchema.HasCounters, cancellationToken)
            ? await connection.ExecuteScalarAsync<long?>(Command(MigrationStatements.Epoch))
            : null;
        return new MigrationState(applied.AsList(), epoch ?? 0);
    }

    /// <summary>Runs a statement without a time limit, since scripts may take long.</summary>
    private Task<int> ExecuteAsync(
        string sql,
        object? parameters,
        SqlTransaction? transaction,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(sql, parameters, transaction, commandTimeout: 0, cancellationToken: cancellationToken)
        );
}
