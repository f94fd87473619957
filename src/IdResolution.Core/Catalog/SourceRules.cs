using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Catalog;

/// <summary>The rules for the texts of sources and their keys.</summary>
internal static class SourceRules
{
    /// <summary>The greatest length of a source's code, in bytes of UTF-8.</summary>
    public const int MaxCode = 64;

    /// <summary>The greatest length of a key, in bytes of UTF-8.</summary>
    public const int MaxKey = 255;

    /// <summary>Checks a key of which both parts must be there.</summary>
    /// <param name="source">The code of the source.</param>
    /// <param name="key">The key.</param>
    /// <param name="field">What stands before the names of the fields.</param>
    /// <param name="faults">Takes the faults.</param>
    public static void CheckNeeded(string? source, string? key, string field, Faults faults)
    {
        if (source is null)
        {
            faults.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"{field}source is needed with sourceKey.",
                    $"给出 {field}sourceKey 时须同时给出 source。",
                    field + "source"
                )
            );
        }
        if (key is null)
        {
            faults.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"{field}sourceKey is needed with source: without it nobody can tell when the item comes again.",
                    $"给出 {field}source 时须同时给出 sourceKey，否则无法识别重复注册。",
                    field + "sourceKey"
                )
            );
        }
        CheckCode(source, field + "source", faults);
        CheckKey(key, field + "sourceKey", faults);
    }

    /// <summary>Checks the code of a source, if there is one.</summary>
    public static void CheckCode(string? code, string field, Faults faults) => Check(code, field, MaxCode, faults);

    /// <summary>Checks a key, if there is one.</summary>
    public static void CheckKey(string? key, string field, Faults faults) => Check(key, field, MaxKey, faults);

    private static void Check(string? text, string field, int maximum, Faults faults)
    {
        if (text is not null && (string.IsNullOrWhiteSpace(text) || !IsText(text, maximum)))
        {
            faults.Add(
                field,
                $"must be 1 to {maximum} bytes of text, not blank, without control characters",
                $"应为 1 至 {maximum} 字节的文本，不能为空白，不含控制字符"
            );
        }
    }

    // Also without the last two of each plane, which are no characters.
    private static bool IsText(string text, int maximum)
    {
        if (Encoding.UTF8.GetByteCount(text) > maximum)
        {
            return false;
        }
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar || (rune.Value & 0xFFFE) == 0xFFFE)
            {
                return false;
            }
        }
        return true;
    }
}
