using System.Globalization;
using System.Text;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Migrations;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Writes the migrations that a SQL Server database lacks as a script for an administrator. The script may be run more
/// than once: a migration runs only if it is the next one. Steps in code are only named; the node runs them.
/// </summary>
internal sealed class SchemaScript(MigrationRun run)
{
    private const string UpToDate = "-- The schema is up to date: nothing to do.\n";

    private const string Head =
        "-- The schema of an IdResolution node. Run it in the node's database; it may be run more than once.\n"
        + "-- The node's login then needs no more than: GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON "
        + "SCHEMA::dbo TO [its user].\n\n";

    private const string MakeHistory =
        "IF NOT EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = N'schema_migrations')\n"
        + $"{SqlServerSchema.CreateHistory};";

    private readonly StringBuilder _text = new();

    /// <summary>Writes the script.</summary>
    /// <param name="state">The migrations that the database has.</param>
    public string Print(MigrationState state)
    {
        var missing = run.Plan.Migrations.Skip(state.Applied.Count).ToList();
        if (missing.Count == 0)
        {
            return UpToDate;
        }
        _text.Append(Head);
        // Filtered indexes need it on, and sqlcmd turns it off.
        Add("SET QUOTED_IDENTIFIER ON;");
        Add("SET XACT_ABORT ON;");
        Add(MakeHistory);
        var after = "";
        foreach (var next in missing)
        {
            if (next is Script script)
            {
                _text.Append(after);
                Add(script);
                continue;
            }
            _text.Append(
                $"-- Migration {next.Name} is a step in code, and no script can do it. When all above is run: idnode "
                    + "migrate\n\n"
            );
            after = "-- What follows is done only after that: run this script once more then.\n\n";
        }
        return _text.ToString();
    }

    private void Add(string batch) => _text.Append(batch).Append("\nGO\n\n");

    private void Add(Script script)
    {
        // False if the script was run before, or if one before it failed.
        var isNext =
            "(SELECT COUNT(*) FROM schema_migrations) = " + (script.Version - 1).ToString(CultureInfo.InvariantCulture);
        // A batch that fails ends the transaction. The batches after it must then do nothing.
        var goesOn = $"IF @@TRANCOUNT > 0 AND {isNext}";
        Add($"IF {isNext} BEGIN TRANSACTION;");
        foreach (var batch in SqlServerMigrator.Batches(script.Sql).ToList())
        {
            Add($"{goesOn}\nBEGIN\n{batch}\nEND;");
        }
        Add(
            $"""
            {goesOn}
            BEGIN
            INSERT INTO schema_migrations (version, name, checksum, applied_at)
            VALUES ({script.Version.ToString(
                CultureInfo.InvariantCulture
            )}, N'{script.Name}', N'{script.Checksum}', {Micros.Now(run.Time).ToString(
                CultureInfo.InvariantCulture
            )});
            COMMIT TRANSACTION;
            END;
            """
        );
    }
}
