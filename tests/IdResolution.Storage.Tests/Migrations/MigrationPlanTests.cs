using IdResolution.Storage.Migrations;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>The sequences of both dialects.</summary>
public sealed class MigrationPlanTests
{
    [TestCase("Sqlite")]
    [TestCase("SqlServer")]
    public void Of_ADialect_IsNumberedWithoutAGap(string dialect)
    {
        var migrations = MigrationPlan.Of(dialect).Migrations;

        Assert.That(migrations, Is.Not.Empty);
        Assert.That(migrations.Select(m => m.Version), Is.EqualTo(Enumerable.Range(1, migrations.Count)));
    }

    [Test]
    public void Of_EitherDialect_IsOfOneEpoch() =>
        Assert.That(MigrationPlan.Of("Sqlite").Epoch, Is.EqualTo(MigrationPlan.Of("SqlServer").Epoch));
}
