using System.Text;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>Checks single texts and numbers of events.</summary>
internal static class EventTexts
{
    /// <summary>The most bytes of a unit.</summary>
    public const int MaxUnit = 32;

    /// <summary>The canonical form of a number; null where there is none, or where it is faulty.</summary>
    /// <param name="text">The number; null for none.</param>
    /// <param name="within">What the field is a member of.</param>
    /// <param name="name">The field's name there.</param>
    /// <param name="faults">Gets what is wrong.</param>
    /// <param name="isAmount">True if it cannot be negative.</param>
    public static string? Number(string? text, string within, string name, Faults faults, bool isAmount = false)
    {
        if (text is null)
        {
            return null;
        }
        if (!DecimalText.TryCanonicalise(text, out var canonical))
        {
            faults.Add($"{within}.{name}", "must be a number of at most 100 digits", "应为不超过 100 位的数");
            return null;
        }
        if (isAmount && canonical[0] == '-')
        {
            faults.Add($"{within}.{name}", "must be 0 or more", "不能为负");
        }
        return canonical;
    }

    /// <summary>Checks a text, if there is one.</summary>
    public static void Check(string? text, string field, int most, Faults faults)
    {
        if (text is not null && !IsText(text, most))
        {
            AddFault(field, most, faults);
        }
    }

    /// <summary>The same for a member of a field, whose whole name is made for a fault alone.</summary>
    public static void Check(string? text, string within, string name, int most, Faults faults, bool isNeeded = false)
    {
        if (text is null ? isNeeded : !IsText(text, most))
        {
            AddFault($"{within}.{name}", most, faults);
        }
    }

    /// <summary>True for a text that is not blank, has no control characters, and is not too long.</summary>
    public static bool IsText(string text, int most) =>
        !string.IsNullOrWhiteSpace(text) && Encoding.UTF8.GetByteCount(text) <= most && !HasControl(text);

    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) && c is not ('\n' or '\t'))
            {
                return true;
            }
        }
        return false;
    }

    private static void AddFault(string field, int most, Faults faults) =>
        faults.Add(
            field,
            $"must be 1 to {most} bytes of text, not blank, without control characters",
            $"应为 1 至 {most} 字节的文本，不能为空白，不含控制字符"
        );
}
