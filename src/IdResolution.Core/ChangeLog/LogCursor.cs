using System.Globalization;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// How far a follower has read: the log and the last sequence number, as text <c>LOG.SEQUENCE</c>. The number alone is
/// a cursor without a log, as followers gave it before logs had names. Readers treat the text as opaque.
/// </summary>
/// <param name="Log">The number of the log (<see cref="LogName.Number"/>); null for none.</param>
/// <param name="Sequence">The last sequence number read; 0 for the beginning.</param>
public readonly record struct LogCursor(long? Log, long Sequence)
{
    /// <summary>Reads a cursor; false if the text is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LogCursor cursor)
    {
        var dot = text.IndexOf('.');
        var log = 0L;
        var isCursor = (dot < 0 || TryRead(text[..dot], out log)) & TryRead(text[(dot + 1)..], out var sequence);
        cursor = new LogCursor(dot < 0 ? null : log, sequence);
        return isCursor;
    }

    /// <summary>The cursor as text.</summary>
    public override string ToString() =>
        Log is { } log
            ? string.Create(CultureInfo.InvariantCulture, $"{log}.{Sequence}")
            : Sequence.ToString(CultureInfo.InvariantCulture);

    private static bool TryRead(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
