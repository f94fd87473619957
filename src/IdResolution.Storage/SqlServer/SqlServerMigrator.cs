using System.Data;
using System.Globalization;
using System.Text;
using Dapper;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Brings a SQL Server database to this node's schema: numbered scripts, forward only, each in a transaction, under an
/// application lock, so that of nodes that start at once one migrates and the others wait. Also prints what is missing,
/// for an administrator to run.
/// </summary>
internal sealed class SqlServerMigrator(SqlConnection connection, int seconds, TimeProvider time)
{
    // Another node may be at a script that rewrites a large table.
    private const int LockMilliseconds = 600_000;

    private const string ScriptHint =
        "Have an administrator run what this prints: idnode migrate --script > schema.sql (with the same "
        + "settings), or give the login the right to make tables, indexes and types.";

    private readonly List<Script> _scripts = Script.All("SqlServer");

    /// <summary>Migrates the database of the settings; gives what the operator should know.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// It cannot be reached or migrated; the text says what to do.
    /// </exception>
    public static Task<IReadOnlyList<string>> MigrateAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        WithAsync<IReadOnlyList<string>>(
            settings,
            time,
            async migrator =>
            {
                await migrator.MigrateAsync(cancellationToken);
                return await migrator.UseRowVersionsAsync(cancellationToken);
            },
            cancellationToken
        );

    /// <summary>What the database of the settings lacks, as a script; it may be run more than once.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be reached; the text says what to do.</exception>
    public static Task<string> ScriptAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken
    ) =>
        WithAsync(
            settings,
            time,
            async migrator => migrator.Print((await migrator.AppliedAsync(cancellationToken)).Count),
            cancellationToken
        );

    /// <summary>The whole schema as a script.</summary>
    public static string WholeScript(TimeProvider time)
    {
        using var nowhere = new SqlConnection();
        return new SqlServerMigrator(nowhere, 0, time).Print(0);
    }

    /// <summary>A script in the pieces that are sent one by one: they end at lines that hold <c>GO</c> alone.</summary>
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
        TimeProvider time,
        Func<SqlServerMigrator, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var database = new SqlServerDatabase(settings.SqlServer, settings.Timeout);
        await using var connection = database.Connect();
        try
        {
            await connection.OpenAsync(cancellationToken);
            return await work(new SqlServerMigrator(connection, database.Seconds, time));
        }
        catch (SqlException e) when (!cancellationToken.IsCancellationRequested)
        {
            var fault = SqlServerFault.Of(e);
            throw new DatabaseUnusableException(
                $"The database of Store:SqlServer cannot be used: {fault.Message} Check server, database, login "
                    + "and network, and that the certificate is trusted.",
                fault
            );
        }
        catch (NotSupportedException e)
        {
            throw new DatabaseUnusableException(
                "The SQL Server client does not run without ICU. Install the system's ICU libraries (libicu), and "
                    + "do not set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.",
                e
            );
        }
        finally
        {
            // What was set on it for migrating is not for others.
            SqlConnection.ClearPool(connection);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        if (Script.AreApplied(_scripts, await AppliedAsync(cancellationToken)))
        {
            return;
        }
        var locked = await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(
                SqlServerSchema.Lock,
                commandTimeout: (LockMilliseconds / 1_000) + seconds,
                cancellationToken: cancellationToken
            )
        );
        if (locked < 0)
        {
            throw new DatabaseUnusableException(
                $"Another node has been migrating the database for {LockMilliseconds / 60_000} minutes. Wait until "
                    + "it is done, then start this one."
            );
        }
        try
        {
            // Another node may have migrated while this one waited for the lock.
            var applied = await AppliedAsync(cancellationToken);
            Script.AreApplied(_scripts, applied);
            if (!await HasHistoryAsync(cancellationToken))
            {
                await ExecuteAsync(SqlServerSchema.CreateHistory, null, null, cancellationToken);
            }
            foreach (var script in _scripts.Skip(applied.Count))
            {
                await ApplyAsync(script, cancellationToken);
            }
        }
        catch (SqlException e)
            when (!cancellationToken.IsCancellationRequested && !SqlServerErrors.IsOfTheConnection(e))
        {
            // Whatever the number: servers tell of a missing right in several.
            var fault = SqlServerFault.Of(e);
            throw new DatabaseUnusableException(
                "The schema is missing or old, and the login of Store:SqlServer could not make it "
                    + $"({fault.Message}) {ScriptHint}",
                fault
            );
        }
        finally
        {
            await UnlockAsync();
        }
    }

    private async Task ApplyAsync(Script script, CancellationToken cancellationToken)
    {
        await using var transaction = (SqlTransaction)
            await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        foreach (var batch in Batches(script.Sql))
        {
            await ExecuteAsync(batch, null, transaction, cancellationToken);
        }
        await ExecuteAsync(
            SqlServerSchema.NoteScript,
            new
            {
                script.Version,
                script.Name,
                script.Checksum,
                AppliedAt = Micros.Now(time),
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

    /// <summary>Without row versions readers wait for writers: wanted, not needed.</summary>
    private async Task<IReadOnlyList<string>> UseRowVersionsAsync(CancellationToken cancellationToken)
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
            // Not allowed, not now, or not known to this server.
        }
        return
        [
            "READ_COMMITTED_SNAPSHOT is off in the database and could not be switched on: readers wait for writers "
                + "now and then. Have an administrator run, while no node is connected: ALTER DATABASE [name] SET "
                + "READ_COMMITTED_SNAPSHOT ON",
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

    private async Task<bool> HasHistoryAsync(CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<int>(
            new CommandDefinition(
                SqlServerSchema.HasHistory,
                commandTimeout: seconds,
                cancellationToken: cancellationToken
            )
        ) > 0;

    private async Task<List<AppliedScript>> AppliedAsync(CancellationToken cancellationToken) =>
        await HasHistoryAsync(cancellationToken)
            ? (
                await connection.QueryAsync<AppliedScript>(
                    new CommandDefinition(
                        SqlServerSchema.Applied,
                        commandTimeout: seconds,
                        cancellationToken: cancellationToken
                    )
                )
            ).AsList()
            : [];

    /// <summary>Scripts take the time they take.</summary>
    private Task<int> ExecuteAsync(
        string sql,
        object? parameters,
        SqlTransaction? transaction,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            new CommandDefinition(sql, parameters, transaction, commandTimeout: 0, cancellationToken: cancellationToken)
        );

    private string Print(int applied)
    {
        var text = new StringBuilder();
        void Add(string batch) => text.Append(batch).Append("\nGO\n\n");
        if (applied == _scripts.Count)
        {
            return "-- The schema is up to date: nothing to do.\n";
        }
        text.Append(
            "-- The schema of an IdResolution node. Run it in the node's database; it may be run more than once.\n"
                + "-- The node's login then needs no more than: GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON "
                + "SCHEMA::dbo TO [its user].\n\n"
        );
        // sqlcmd has it off, and filtered indexes want it on.
        Add("SET QUOTED_IDENTIFIER ON;");
        Add("SET XACT_ABORT ON;");
        Add(
            "IF NOT EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = "
                + $"N'schema_migrations')\n{SqlServerSchema.CreateHistory};"
        );
        foreach (var script in _scripts.Skip(applied))
        {
            // It is the next one: not where it was run before, nor where one before it failed.
            var isNext =
                "(SELECT COUNT(*) FROM schema_migrations) = "
                + (script.Version - 1).ToString(CultureInfo.InvariantCulture);
            // A batch that fails ends the transaction, and those that follow must then do nothing.
            var goesOn = $"IF @@TRANCOUNT > 0 AND {isNext}";
            var batches = Batches(script.Sql).ToList();
            Add($"IF {isNext} BEGIN TRANSACTION;");
            batches.ForEach(b => Add($"{goesOn}\nBEGIN\n{b}\nEND;"));
            Add(
                $"""
                {goesOn}
                BEGIN
                INSERT INTO schema_migrations (version, name, checksum, applied_at)
                VALUES ({script.Version.ToString(
                    CultureInfo.InvariantCulture
                )}, N'{script.Name}', N'{script.Checksum}', {Micros.Now(time).ToString(CultureInfo.InvariantCulture)});
                COMMIT TRANSACTION;
                END;
                """
            );
        }
        return text.ToString();
    }
}
