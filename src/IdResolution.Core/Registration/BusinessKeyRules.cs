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
            faults.Add(RegistrationErrors.KeyWithoutSource());
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
            faults.Add(RegistrationErrors.BadKeyText(field, maximum));
        }
    }
}
