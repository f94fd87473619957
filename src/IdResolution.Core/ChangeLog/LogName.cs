using System.Globalization;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// The name of a log, its origin: <c>HOST/log/NUMBER</c>. It is fixed when the log begins, and no two logs ever have
/// the same. The number alone tells the logs of one store apart.
/// </summary>
/// <param name="Host">The host of the public URL when the log began, with its port if it has one.</param>
/// <param name="Number">The time in seconds since 1970 UTC when the log began, or more.</param>
public readonly record struct LogName(string Host, long Number)
{
    private const string Middle = "/log/";

    /// <summary>The name of a log that begins now.</summary>
    /// <param name="host">The host of the public URL.</param>
    /// <param name="after">The number of the log before it; 0 for none.</param>
    /// <param name="time">The clock. A clock that was set back gives no number twice.</param>
    public static LogName Next(string host, long after, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new LogName(host, Math.Max(after + 1, time.GetUtcNow().ToUnixTimeSeconds()));
    }

    /// <summary>Reads a name; false if the text is none.</summary>
    public static bool TryParse(string? text, out LogName name)
    {
        name = default;
        if (text?.LastIndexOf(Middle, StringComparison.Ordinal) is not ({ } at and > 0))
        {
            return false;
        }
        if (
            !long.TryParse(
                text.AsSpan(at + Middle.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
        {
            return false;
        }
        name = new LogName(text[..at], number);
        return true;
    }

    /// <summary>The origin.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}{Middle}{Number}");
}
