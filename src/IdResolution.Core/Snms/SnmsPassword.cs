using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.Snms;

/// <summary>
/// The two digests of a password: of itself, which is kept, and of that and a day, which is sent. Both are the
/// lower-case hexadecimal text of a SHA-256, and the second is of the first one's text.
/// </summary>
public static class SnmsPassword
{
    /// <summary>The length of both digests, in characters.</summary>
    public const int Length = 64;

    private static readonly TimeSpan s_china = TimeSpan.FromHours(8);

    /// <summary>The digest of a password.</summary>
    public static string Inner(string password) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));

    /// <summary>The digest that is sent on a day.</summary>
    /// <param name="inner">The digest of the password.</param>
    /// <param name="day">The day in China (<see cref="DayOf"/>).</param>
    public static string Outer(string inner, DateOnly day) =>
        Inner(inner + day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>The day of a time in China, UTC+8, where the protocol is at home.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.ToOffset(s_china).DateTime);

    /// <summary>True if a password in the clear has a digest. The time does not tell how much of it fits.</summary>
    internal static bool Fits(string password, string inner) => AreSame(Inner(password), inner);

    /// <summary>
    /// True if what was sent is the digest of the day in China, the day before or the day after: around midnight clocks
    /// differ. The time does not tell which, nor how much of it fits.
    /// </summary>
    internal static bool FitsDay(string sent, string inner, DateTimeOffset now)
    {
        var today = DayOf(now);
        var fits = false;
        for (var days = -1; days <= 1; days++)
        {
            fits |= AreSame(sent, Outer(inner, today.AddDays(days)));
        }
        return fits;
    }

    private static bool AreSame(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
