using IdResolution.Server.Hosting;
using IdResolution.Storage.Migrations;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Hosting;

/// <summary>Lines about a migration that takes long.</summary>
[TestFixture]
public sealed class MigrationReportsTests
{
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);

    [Test]
    public void Report_ManyPages_IsALineAtTheBeginningNowAndThenAndAtTheEnd()
    {
        var lines = new List<string>();
        var reports = new MigrationReports(_time, line => lines.Add(line.En));

        for (var done = 0; done <= 3_000; done += 100)
        {
            reports.Report(
                new MigrationProgress("005_x", done, 3_000, done == 0 ? null : TimeSpan.FromSeconds(3_000 - done))
            );
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(
            lines,
            Is.EqualTo(
                new[]
                {
                    "Migration 005_x: 0 of 3,000 rows (0 %).",
                    "Migration 005_x: 1,000 of 3,000 rows (33 %), about 00:33:20 left.",
                    "Migration 005_x: 2,000 of 3,000 rows (67 %), about 00:16:40 left.",
                    "Migration 005_x: 3,000 of 3,000 rows (100 %).",
                }
            )
        );
    }

    [Test]
    public void Report_NextMigration_IsSaidAtOnce()
    {
        var lines = new List<string>();
        var reports = new MigrationReports(_time, line => lines.Add(line.En));

        reports.Report(new MigrationProgress("005_x", 1, 2, null));
        reports.Report(new MigrationProgress("006_y", 0, 2, null));

        Assert.That(lines, Has.Count.EqualTo(2));
        Assert.That(lines[1], Does.Contain("006_y"));
    }
}
