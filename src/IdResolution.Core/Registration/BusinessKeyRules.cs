using System.Text;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Registration;

/// <summary>The rules for the business key of a registration.</summary>
internal static class BusinessKeyRules
{
    private const int MaxKeyLength = 255;
    private const int MaxSourceLength = 64;

    public static void Check(RegistrationRequest request, Faults faults)
    {
        if (request.Source is null && request.SourceKey is not null)
        {
            faults.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    "source is needed with sourceKey.",
                    "给出 sourceKey 时须同时给出 source。",
                    "source"
                )
            );
        }
        CheckKeyText(request.Source, "source", MaxSourceLength, faults);
        CheckKeyText(request.SourceKey, "sourceKey", MaxKeyLength, faults);
    }

    private static void CheckKeyText(string? text, string field, int maximum, Faults faults)
    {
        if (text is null)
        {
            return;
        }
        var bad = text.Length == 0 || Encoding.UTF8.GetByteCount(text) > maximum;
        foreach (var rune in text.EnumerateRunes())
        {
            bad |= Rune.IsControl(rune) || rune == Rune.ReplacementChar;
        }
        if (bad)
        {
            faults.Add(
                Error.Of(
                    ErrorCode.InvalidValue,
                    $"{field} must be 1 to {maximum} bytes of text without control characters.",
                    $"{field} 应为 1 至 {maximum} 字节的文本，不含控制字符。",
                    field
                )
            );
        }
    }
}
