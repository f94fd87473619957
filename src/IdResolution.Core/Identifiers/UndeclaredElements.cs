using System.Globalization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Identifiers;

/// <summary>
/// Judges texts that may be GS1 elements, though neither a symbology nor brackets nor separators say so: taken for
/// elements are those that a right check digit shows to be such.
/// </summary>
internal static class UndeclaredElements
{
    /// <summary>True if one of the elements has a right check digit, and nothing is wrong with any.</summary>
    public static bool AreCertain(List<Gs1Element> elements) =>
        elements.Exists(Gs1Key.HasRightCheckDigit) && FaultOf(elements) is null;

    /// <summary>What such a text looks like and what is wrong with it; null if it looks like none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="elements">Its elements, or null if it cannot be read as such.</param>
    /// <param name="unread">Why it cannot be read.</param>
    public static Text? DoubtOf(string text, List<Gs1Element>? elements, Text unread)
    {
        if (Gs1Elements.AiLength(text) == 0)
        {
            return null;
        }
        Text? fault = elements is null ? unread : FaultOf(elements);
        if (fault is { } wrong && (HoldsTradeItem(text) || elements is [var first, _, ..] && IsDate(first)))
        {
            return ScanReason.OfElements(wrong);
        }
        return
            fault is null
            && elements is [{ Ai: "401" or "8004" or "8010" or "8013" } only]
            && only.Value.Any(char.IsAsciiLetter)
            ? new Text(
                $"The text may be the GS1 element ({only.Ai}), but nothing in it says so: have the scanner send the "
                    + $"AIM identifier, or write ({only.Ai}) with brackets.",
                $"文本可能是 GS1 单元数据 ({only.Ai})，但其中没有依据：请让扫描器发送 AIM 标识符，或以括号写明 ({only.Ai})。"
            )
            : null;
    }

    private static Text? FaultOf(List<Gs1Element> elements)
    {
        foreach (var element in elements)
        {
            if (IsOfADate(element) && !IsDate(element))
            {
                return new(
                    $"({element.Ai}) should be a date, not {element.Value}",
                    $"({element.Ai}) 应为日期，而不是 {element.Value}"
                );
            }
        }
        return Gs1Key.FaultOf(elements);
    }

    private static bool IsOfADate(Gs1Element element) => element.Ai is "11" or "12" or "13" or "15" or "16" or "17";

    // The day 00 is the last of the month.
    private static bool IsDate(Gs1Element element) =>
        IsOfADate(element)
        && DateOnly.TryParseExact(
            element.Value.EndsWith("00", StringComparison.Ordinal) ? element.Value[..4] + "01" : element.Value,
            "yyMMdd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out _
        );

    /// <summary>True if a GTIN with its application identifier and a right check digit stands anywhere.</summary>
    private static bool HoldsTradeItem(string text)
    {
        for (var at = 0; at + 16 <= text.Length; at++)
        {
            var digits = text.AsSpan(at + 2, 14);
            if (
                text[at] == '0'
                && text[at + 1] is '1' or '2' or '3'
                && !digits.ContainsAnyExceptInRange('0', '9')
                && Gs1Key.IsChecked(digits)
            )
            {
                return true;
            }
        }
        return false;
    }
}
