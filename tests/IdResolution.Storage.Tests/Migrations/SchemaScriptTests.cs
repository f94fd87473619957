using System.Text.RegularExpressions;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.SqlServer;
using IdResolution.Storage.Tests.ServerDialect;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>What <c>migrate --script</c> prints where a step in code stands between scripts.</summary>
public sealed class SchemaScriptTests
{
    private static readonly MigrationRun s_run = new(
        Later.Plan(SqlServerMigrator.Plan, new StepProbe()),
        TimeProvider.System
    );

    [Test]
    public void Print_StepInCode_IsLeftToTheVerb()
    {
        var script = new SchemaScript(s_run).Print(new MigrationState([], 0));

        var step = script.IndexOf("_audit_counts is a step in code", StringComparison.Ordinal);
        Assert.That(step, Is.GreaterThan(script.IndexOf("CREATE TABLE records", StringComparison.Ordinal)));
        Assert.That(step, Is.LessThan(script.IndexOf("CREATE TABLE after_the_step", StringComparison.Ordinal)));
        Assert.That(script[step..], Does.Contain("idnode migrate").And.Contain("run this script once more"));
    }

    [Test]
    public async Task Print_RunBeforeAndAfterTheVerb_LeavesNothingToDo()
    {
        using var database = new ServerDialectDatabase();
        var script = await PrintAsync(database);

        Run(database, script);
        Assert.That(await PrintAsync(database), Does.Contain("step in code").And.Not.Contain("CREATE TABLE records"));
        var plan = s_run.Plan.Migrations;
        // Where one step follows another, there is nothing between them to be told of.
        foreach (var _ in plan.Zip(plan.Skip(1)).Where(pair => pair is (NumberedStep, not NumberedStep)))
        {
            // A node whose login may make no tables does the step, and is told of the rest.
            database.Server.FailNext(262, IsDefinition);
            var refusal = await Assert.ThrowsAsync<Sql.DatabaseUnusableException>(() => MigrateAsync(database));
            Assert.That(refusal!.Message, Does.Contain("idnode migrate --script"));
            Run(database, script);
        }

        Assert.That(await PrintAsync(database), Does.Contain("nothing to do"));
        Assert.That((await MigrateAsync(database)).HasStepLeft, Is.False);
    }

    private static Task<string> PrintAsync(ServerDialectDatabase database) =>
        SqlServerMigrator.ScriptAsync(database.Settings, s_run, CancellationToken.None);

    private static Task<MigrationEnd> MigrateAsync(ServerDialectDatabase database) =>
        SqlServerMigrator.MigrateAsync(database.Settings, s_run, CancellationToken.None);

    private static void Run(ServerDialectDatabase database, string script)
    {
        using var connection = new SqlConnection(database.ConnectionString);
        connection.Open();
        foreach (var batch in SqlServerMigrator.Batches(script).Where(b => !IsComment(b)))
        {
            using var command = new SqlCommand(batch, connection);
            command.ExecuteNonQuery();
        }
    }

    private static bool IsDefinition(string sql) => Regex.IsMatch(sql, "CREATE TABLE|DROP INDEX");

    private static bool IsComment(string batch) => Regex.IsMatch(batch, @"\A(\s*--[^\n]*\n?)*\z");
}
