using Dapper;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// Brings a database to this node's schema with numbered migrations, forward only. Scripts run in one transaction under
/// the write lock, steps in code page by page.
/// </summary>
internal sealed class SqliteMigrator(SqliteConnection connection, MigrationRun run)
{
    /// <summary>All migrations of the embedded store.</summary>
    public static readonly MigrationPlan Plan = MigrationPlan.Of("Sqlite");

    private readonly MigrationPlan _plan = run.Plan;

    /// <summary>Makes a migrator that applies all migrations of this version.</summary>
    public SqliteMigrator(SqliteConnection connection, TimeProvider time)
        : this(connection, new MigrationRun(Plan, time)) { }

    /// <summary>
    /// Applies all migrations of the plan. A step that another process is running is shared with it. False if a step
    /// was left, as the run allows.
    /// </summary>
    /// <exception cref="DatabaseUnusableException">The database must not be changed, or a step failed.</exception>
    public bool Migrate(CancellationToken cancellationToken = default)
    {
        while (!_plan.IsApplied(State()))
        {
            ApplyScripts();
            if (Next() is not NumberedStep step)
            {
                continue;
            }
            if (run.LeavesSteps && connection.ExecuteScalar<long>(Statements.Head) > 0)
            {
                return false;
            }
            // This does not block on anything asynchronous: the driver works on the calling thread.
            new StepRunner(new SqliteStepStore(connection), run.Time, run.Progress)
                .RunAsync(step, cancellationToken)
                .GetAwaiter()
                .GetResult();
        }
        return true;
    }

    /// <summary>True if every migration was applied; also counts the applied ones. Changes nothing.</summary>
    /// <exception cref="DatabaseUnusableException">
    /// The database is newer than this node, or was not made by this product.
    /// </exception>
    public bool IsMigrated(out int version)
    {
        var state = State();
        version = state.Applied.Count;
        return _plan.IsApplied(state);
    }

    /// <summary>Applies the scripts up to the next step in code, in one transaction.</summary>
    private void ApplyScripts()
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT "
                + "NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)",
            transaction: transaction
        );
        // Another node may have migrated while this one waited for the lock.
        var state = State();
        _plan.IsApplied(state);
        foreach (var script in _plan.Migrations.Skip(state.Applied.Count).TakeWhile(m => m is Script).Cast<Script>())
        {
            connection.Execute(script.Sql, transaction: transaction);
            connection.Execute(
                MigrationStatements.Note,
                new
                {
                    script.Version,
                    script.Name,
                    script.Checksum,
                    AppliedAt = Micros.Now(run.Time),
                },
                transaction
            );
        }
        transaction.Commit();
    }

    private Migration? Next() => _plan.Migrations.ElementAtOrDefault(State().Applied.Count);

    private MigrationState State()
    {
        if (!Exists("schema_migrations"))
        {
            return new MigrationState([], 0);
        }
        var applied = connection.Query<AppliedMigration>(MigrationStatements.Applied).AsList();
        var epoch = Exists("counters") ? connection.ExecuteScalar<long?>(MigrationStatements.Epoch) : null;
        return new MigrationState(applied, epoch ?? 0);
    }

    private bool Exists(string table) =>
        connection.ExecuteScalar<long>(
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = @table",
            new { table }
        ) > 0;
}
