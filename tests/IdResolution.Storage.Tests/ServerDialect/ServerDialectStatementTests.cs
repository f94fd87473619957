using System.Reflection;
using System.Text.RegularExpressions;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Stores;
using IdResolution.Storage.Tests.Contracts;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>A statement that no test executes is a defect waiting; one beyond the common subset fails on some server.</summary>
public sealed partial class ServerDialectStatementTests
{
    private static readonly Type[] s_classes = [typeof(Statements), typeof(SqlServerStatements), typeof(SqlServerSchema)];

    // A contract cannot lose the answer to a commit: the test of that fault executes what follows.
    private static readonly (Type Fixture, string Test) s_fault = (typeof(ServerDialectFaultTests), nameof(ServerDialectFaultTests.WriteAsync_AnswerToTheCommitLost_IsWrittenOnce));

    private static IEnumerable<(string Name, string Sql)> All =>
        s_classes.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => ($"{type.Name}.{f.Name}", (string)f.GetRawConstantValue()!)))
            .Concat(Script.All("SqlServer").SelectMany(s => SqlServerMigrator.Batches(s.Sql).Select((batch, i) => ($"{s.Name}, batch {i + 1}", batch))));

    private static IEnumerable<TestCaseData> Each => All.Select(s => new TestCaseData(s.Sql).SetArgDisplayNames(s.Name));

    [Test]
    public async Task Statements_All_AreExecutedByContracts()
    {
        foreach (var (fixture, test, arguments) in Tests())
        {
            if (!NotExecuted().Any())
            {
                break;
            }
            await RunAsync(fixture, test, arguments);
        }

        Assert.That(All.Count(), Is.GreaterThan(50));
        Assert.That(NotExecuted(), Is.Empty);
    }

    [TestCaseSource(nameof(Each))]
    public void Statement_StaysWithinTheSubset(string sql)
    {
        var text = Comments().Replace(sql, " ");

        Assert.That(LeftOut().Matches(text).Select(m => m.Value), Is.Empty);
        Assert.That(Added().Matches(text).Select(m => m.Value), Is.Empty, "several columns in one ADD");
    }

    [TestCase("MERGE INTO x USING y ON 1 = 1")]
    [TestCase("SELECT * FROM records WITH (UPDLOCK)")]
    [TestCase("SELECT TOP (1) WITH TIES a FROM b")]
    [TestCase("UPDATE t SET @v = a = 1")]
    [TestCase("CREATE TABLE t (a int, INDEX i (a))")]
    [TestCase("SELECT * FROM #t")]
    [TestCase("CREATE TABLE t (a int REFERENCES u (a))")]
    public void Subset_WhatIsLeftOut_IsNoticed(string sql) => Assert.That(LeftOut().IsMatch(sql), Is.True);

    private static IEnumerable<string> NotExecuted()
    {
        var executed = ServerDialectDatabase.Executed.Select(Plain).ToList();
        return All.Where(s => !executed.Exists(e => e.Contains(Plain(s.Sql), StringComparison.Ordinal))).Select(s => s.Name);
    }

    private static string Plain(string sql) => sql.ReplaceLineEndings("\n").Trim();

    private static IEnumerable<(Type Fixture, MethodInfo Test, object?[] Arguments)> Tests() =>
        from fixture in typeof(ServerDialectDatabase).Assembly.GetTypes().Where(t => IsContract(t) || t == s_fault.Fixture)
        from test in fixture.GetMethods().Where(m => IsContract(fixture) || m.Name == s_fault.Test)
        from arguments in test.IsDefined(typeof(TestAttribute)) ? [[]] : test.GetCustomAttributes<TestCaseAttribute>().Select(c => c.Arguments)
        select (fixture, test, arguments);

    private static bool IsContract(Type type)
    {
        for (var up = type.BaseType; up is not null; up = up.BaseType)
        {
            if (up.IsGenericType && up.GetGenericTypeDefinition() == typeof(StoreContract<>))
            {
                return !type.IsAbstract && up.GenericTypeArguments[0] == typeof(ServerDialectDatabase);
            }
        }
        return false;
    }

    private static async Task RunAsync(Type fixture, MethodInfo test, object?[] arguments)
    {
        var instance = Activator.CreateInstance(fixture);
        await CallAsync<SetUpAttribute>(fixture, instance);
        try
        {
            if (test.Invoke(instance, arguments) is Task running)
            {
                await running;
            }
        }
        finally
        {
            await CallAsync<TearDownAttribute>(fixture, instance);
        }
    }

    private static async Task CallAsync<TAttribute>(Type fixture, object? instance)
        where TAttribute : Attribute
    {
        foreach (var method in fixture.GetMethods().Where(m => m.IsDefined(typeof(TAttribute), inherit: true)))
        {
            if (method.Invoke(instance, null) is Task running)
            {
                await running;
            }
        }
    }

    [GeneratedRegex(
        @"\bMERGE\b|\bWITH\s*\(|\b(UPDLOCK|HOLDLOCK|READPAST|NOLOCK|ROWLOCK|TABLOCKX?|XLOCK)\b|\bCREATE\s+OR\s+ALTER\b|\bWAITFOR\b|,\s*INDEX\b|\bREFERENCES\b|\bALTER\s+COLUMN\b"
        + @"|\bWITH\s+TIES\b|\bPERCENT\b|\bSTRING_SPLIT\b|\bIS\s+(NOT\s+)?DISTINCT\b|\bGENERATE_SERIES\b|\bJSON_MODIFY\b|\bJSON_OBJECT\b|#\w|\bSET\s+@\w+\s*=\s*\w+\s*=|\bSYNONYM\b|\bCOLUMNSTORE\b"
        + @"|\bSYSTEM_VERSIONING\b|\bFULLTEXT\b|\bsp_sequence_get_range\b|(?<!@)\bLIMIT\b|\|\|",
        RegexOptions.IgnoreCase)]
    private static partial Regex LeftOut();

    [GeneratedRegex(@"\bALTER\s+TABLE\b[^;]*\bADD\b[^;(]*,", RegexOptions.IgnoreCase)]
    private static partial Regex Added();

    [GeneratedRegex("--[^\n]*")]
    private static partial Regex Comments();
}
