using System.Globalization;
using IdResolution.Core.Snms;

namespace IdResolution.Core.Tests.Snms;

[TestFixture]
public sealed class SnmsPasswordTests
{
    // The vectors of the protocol's sheet.
    [TestCase(
        "123456",
        "2019-08-15",
        "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92",
        "58e2c92c46485fdbc35fdcd0814d6c0f000cad5aa156848ca5edaf29406b7661"
    )]
    [TestCase(
        "Node#2024",
        "2025-03-01",
        "46db73ad33e7124b55fc3f71db2c88b35369e29fb5d6e9554f9d67db13d7ccbd",
        "866150899c20d4d8edc89425e7994cb6b358bfce4c60885ed961d1f0171118e5"
    )]
    [TestCase(
        "标识2025",
        "2025-12-31",
        "45b081486afafe1266084196d9637cc5f80eafc5b420d76466b9827cb39f6c2a",
        "451c9d9344debad9ba48fc2275742b2d806d3596bbbc35cab0c367958a10bad9"
    )]
    public void Digests_OfTheSheet_AreItsOwn(string password, string day, string inner, string sent)
    {
        var date = DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        Assert.That(SnmsPassword.Inner(password), Is.EqualTo(inner));
        Assert.That(SnmsPassword.Outer(inner, date), Is.EqualTo(sent));
        Assert.That(SnmsPassword.Outer(inner.ToUpperInvariant(), date), Is.Not.EqualTo(sent));
    }

    [TestCase("2025-03-01T15:59:59Z", "2025-03-01")]
    [TestCase("2025-03-01T16:00:00Z", "2025-03-02")]
    public void Day_IsThatOfChina(string time, string day) =>
        Assert.That(
            SnmsPassword.DayOf(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)),
            Is.EqualTo(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture))
        );

    [TestCase(-2, false)]
    [TestCase(-1, true)]
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(2, false)]
    public void Digest_OfADayNearby_Fits(int days, bool fits)
    {
        var now = DateTimeOffset.Parse("2025-03-01T15:59:00Z", CultureInfo.InvariantCulture);
        var inner = SnmsPassword.Inner("Node#2024");
        var sent = SnmsPassword.Outer(inner, new DateOnly(2025, 3, 1).AddDays(days));

        Assert.That(SnmsPassword.FitsDay(sent, inner, now), Is.EqualTo(fits));
        Assert.That(SnmsPassword.FitsDay(inner, inner, now), Is.False, "The digest alone is no password.");
    }
}
