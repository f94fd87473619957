using System.Globalization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Tests.Primitives;

/// <summary>The distances of the plant's clock from UTC.</summary>
public sealed class PlantClockTests
{
    private const long Hour = 3_600_000_000;

    [Test]
    public void Offsets_WhereTheClockChanges_EndWhenItDoes()
    {
        var clock = new PlantClock(TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        var offsets = clock.Offsets(At("2026-03-01T00:00:00Z"), At("2026-12-01T00:00:00Z"));

        Assert.That(
            offsets,
            Is.EqualTo(
                new[]
                {
                    (At("2026-03-29T01:00:00Z"), Hour),
                    (At("2026-10-25T01:00:00Z"), 2 * Hour),
                    (long.MaxValue, Hour),
                }
            )
        );
    }

    [Test]
    public void Offsets_OfAClockThatNeverChanges_AreOne() =>
        Assert.That(
            new PlantClock(TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")).Offsets(
                At("2017-01-01T00:00:00Z"),
                At("2026-12-01T00:00:00Z")
            ),
            Is.EqualTo(new[] { (long.MaxValue, 8 * Hour) })
        );

    private static long At(string time) => Micros.Of(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));
}
