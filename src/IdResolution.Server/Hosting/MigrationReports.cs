using System.Globalization;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Migrations;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Writes the progress of a migration as lines of text: at the beginning, every ten seconds, and at the end.
/// </summary>
internal sealed class MigrationReports(TimeProvider time, Action<Text> write) : IProgress<MigrationProgress>
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

    private static Text Line(MigrationProgress value)
    {
        var culture = CultureInfo.InvariantCulture;
        var isUnderWay = value.Left is not null && value.Done < value.Total;
        var left = isUnderWay ? Rounded(value.Left!.Value).ToString("hh\\:mm\\:ss", culture) : "";
        return new(
            string.Create(
                culture,
                $"Migration {value.Migration}: {value.Done:N0} of {value.Total:N0} rows ({value.Part:P0})"
                    + $"{(isUnderWay ? $", about {left} left" : "")}."
            ),
            string.Create(
                culture,
                $"迁移 {value.Migration}：{value.Done:N0}/{value.Total:N0} 行（{value.Part:P0}）"
                    + $"{(isUnderWay ? $"，约剩 {left}" : "")}。"
            )
        );
    }

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromSeconds(Math.Ceiling(time.TotalSeconds));
}
