using System.Globalization;

namespace IdResolution.Core.Traceability;

/// <summary>Where a list of what was made goes on. As text <c>LOG.NUMBER.TIME.OBJECT.ROW</c>.</summary>
/// <param name="Event">The last event that was looked at.</param>
/// <param name="Row">The last of its rows that was looked at; <see cref="int.MaxValue"/> for all.</param>
internal readonly record struct MadeCursor(EventCursor Event, int Row)
{
    /// <summary>Reads the text of a cursor; null for what is none.</summary>
    public static MadeCursor? Parse(string text)
    {
        var dot = text.LastIndexOf('.');
        return
            dot >= 0
            && EventCursor.TryParse(text[..dot], out var last)
            && int.TryParse(text[(dot + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var row)
            ? new MadeCursor(last, row)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Event}.{Row}");
}
