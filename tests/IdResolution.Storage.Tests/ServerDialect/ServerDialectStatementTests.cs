using System.Reflection;
using System.Text.RegularExpressions;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Stores;

namespace IdResolution.Storage.Tests.ServerDialect;

/// <summary>A statement beyond the common subset fails on some server; that each is executed, <see cref="Coverage"/> sees.</summary>
public sealed partial class ServerDialectStatementTests
{
    private static readonly Type[] s_classes = [typeof(Statements), typeof(SqlServerStatements), typeof(SqlServerSchema)];

    internal static IEnumerable<(string Name, string Sql)> All =>
        s_classes.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => ($"{type.Name}.{f.Name}", (string)f.GetRawConstantValue()!)))
            .Concat(Script.All("SqlServer").SelectMany(s => SqlServerMigrator.Batches(s.Sql).Select((batch, i) => ($"{s.Name}, batch {i + 1}", batch))));

    private static IEnumerable<TestCaseData> Each => All.Select(s => new TestCaseData(s.Sql).SetArgDisplayNames(s.Name));

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
