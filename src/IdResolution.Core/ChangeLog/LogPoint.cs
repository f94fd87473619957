using System.Globalization;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// An entry of a log that was seen. A store whose entry of that number is another, or missing, came back from a backup.
/// </summary>
/// <param name="Log">The number of the log (<see cref="LogName.Number"/>).</param>
/// <param name="Sequence">The sequence number of the entry.</param>
/// <param name="Leaf">The leaf hash of the entry in hexadecimal.</param>
public sealed record LogPoint(long Log, long Sequence, string Leaf)
{
    /// <summary>True if this point is of a later log, or further on in the same.</summary>
    public bool IsAfter(LogPoint? other) =>
        other is null || Log > other.Log || (Log == other.Log && Sequence > other.Sequence);

    /// <summary>The point as text, for <see cref="Parse"/>: <c>LOG SEQUENCE LEAF</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Log} {Sequence} {Leaf}");

    /// <summary>Reads what <see cref="ToString"/> wrote; null if the text is something else.</summary>
    public static LogPoint? Parse(string? text) =>
        text?.Trim().Split(' ') is [var log, var sequence, { Length: 64 } leaf]
        && long.TryParse(log, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new LogPoint(number, at, leaf)
            : null;
}
