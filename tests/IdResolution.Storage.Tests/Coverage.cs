using System.Collections.Concurrent;
using IdResolution.Storage.Tests.Contracts;
using IdResolution.Storage.Tests.ServerDialect;

namespace IdResolution.Storage.Tests;

/// <summary>
/// A statement that no test executes is a defect waiting: where all contracts have run on the double, each must have
/// been sent to it. NUnit reports a failure here as the run's, not as a test's.
/// </summary>
[SetUpFixture]
public sealed class Coverage
{
    private static readonly ConcurrentDictionary<string, byte> s_ran = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, byte> s_executed = new(StringComparer.Ordinal);

    // Contracts cannot lose the answer to a commit.
    private static readonly string s_fault = Name(
        typeof(ServerDialectFaultTests),
        nameof(ServerDialectFaultTests.WriteAsync_AnswerToTheCommitLost_IsWrittenOnce)
    );

    /// <summary>Notes a test that has run.</summary>
    public static void Ran(Type fixture, string test) => s_ran.TryAdd(Name(fixture, test), 0);

    /// <summary>Notes what was sent.</summary>
    public static void Executed(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            s_executed.TryAdd(text, 0);
        }
    }

    [OneTimeTearDown]
    public void Statements_All_WereExecutedByContracts()
    {
        var missing = Expected().Append(s_fault).Where(test => !s_ran.ContainsKey(test)).ToList();
        if (missing.Count > 0)
        {
            TestContext.Progress.WriteLine(
                $"Whether every statement is executed was not looked at: {missing.Count} contract tests did not "
                    + $"run, {missing[0]} among them."
            );
            return;
        }
        var executed = s_executed.Keys.Select(Plain).ToList();
        var all = ServerDialectGrammarTests.All.ToList();
        Assert.That(all, Has.Count.GreaterThan(50));
        Assert.That(
            all.Where(s => !executed.Exists(e => e.Contains(Plain(s.Sql), StringComparison.Ordinal)))
                .Select(s => s.Name),
            Is.Empty,
            "executed by no contract"
        );
    }

    private static IEnumerable<string> Expected() =>
        from fixture in typeof(Coverage).Assembly.GetTypes()
        where !fixture.IsAbstract && IsOnTheDouble(fixture)
        from method in fixture.GetMethods()
        where
            method.IsDefined(typeof(TestAttribute), inherit: true)
            || method.IsDefined(typeof(TestCaseAttribute), inherit: true)
        select Name(fixture, method.Name);

    private static bool IsOnTheDouble(Type fixture) =>
        fixture.BaseType is { IsGenericType: true } contract
        && contract.GenericTypeArguments[0] == typeof(ServerDialectDatabase)
        && contract.BaseType!.GetGenericTypeDefinition() == typeof(StoreContract<>);

    private static string Name(Type fixture, string test) => $"{fixture.Name}.{test}";

    private static string Plain(string sql) => sql.ReplaceLineEndings("\n").Trim();
}
