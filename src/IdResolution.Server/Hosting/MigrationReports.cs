using System.Globalization;
using IdResolution.Storage.Migrations;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Writes the progress of a migration as lines of text: at the beginning, every ten seconds, and at the end.
/// </summary>
internal sealed class MigrationReports(TimeProvider time, Action<string> write) : IProgress<MigrationProgress>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private string _migration = "";
    private DateTimeOffset _said;

    public void Report(MigrationProgress value)
    {
        var now = time.GetUtcNow();
        if (value.Migration == _migration && value.Done < value.Total && now - _said < Every)
        {
            return;
        }
        (_migration, _said) = (value.Migration, now);
        write(Line(value));
    }

    private static string Line(MigrationProgress value)
    {
        var rows = string.Create(
            CultureInfo.InvariantCulture,
            $"Migration {value.Migration}: {value.Done:N0} of {value.Total:N0} rows ({value.Part:P0})"
        );
        var left =
            value.Left is { } time && value.Done < value.Total ? $", about {Rounded(time):hh\\:mm\\:ss} left" : "";
        return $"{rows}{left}.";
    }

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
}
