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

    [TestCase("Asia/Shanghai", "2026-03-31", "2026-03-31T16:00:00Z")]
    [TestCase("America/Los_Angeles", "2026-03-31", "2026-04-01T07:00:00Z")]
    [TestCase("Europe/Berlin", "2026-03-29", "2026-03-29T22:00:00Z")]
    [TestCase("Africa/Cairo", "2026-04-23", "2026-04-23T22:00:00Z", Description = "The next day has no midnight.")]
    public void EndOf_IsTheNextMidnightOfThePlant(string zone, string day, string end) =>
        Assert.That(
            new PlantClock(TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById(zone)).EndOf(
                DateOnly.Parse(day, CultureInfo.InvariantCulture)
            ),
            Is.EqualTo(At(end))
        );

    private static long At(string time) => Micros.Of(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));
}
