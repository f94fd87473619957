using System.Text;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The rules for the business keys of a registration.</summary>
internal static class BusinessKeyRules
{
    private const int MaxKeyLength = 255;
    private const int MaxSourceLength = 64;

    public static void Check(RegistrationRequest request, Faults faults)
    {
        Check(request.Source, request.SourceKey, "", faults);
        var further = request.FurtherKeys;
        if (further.Count > 0 && request.SourceKey is null)
        {
            faults.Add(
                "furtherKeys",
                "needs a first key: source and sourceKey",
                "须同时给出第一个业务主键：source 和 sourceKey"
            );
        }
        if (further.Count >= BusinessKeys.MostAnItem)
        {
            faults.Add(RegistrationErrors.TooManyKeys("furtherKeys"));
        }
        for (var i = 0; i < further.Count; i++)
        {
            CheckNeeded(further[i].Source, further[i].SourceKey, $"furtherKeys[{i}].", faults);
        }
    }

    /// <summary>Checks a key of which both parts must be there.</summary>
    /// <param name="source">The code of the source.</param>
    /// <param name="key">The key.</param>
    /// <param name="field">What stands before the names of the fields.</param>
    /// <param name="faults">Takes the faults.</param>
    public static void CheckNeeded(string? source, string? key, string field, Faults faults)
    {
        if (source is null && key is null)
        {
            faults.Add(RegistrationErrors.SourceWithoutKey(field));
        }
        Check(source, key, field, faults);
    }

    private static void Check(string? source, string? key, string field, Faults faults)
    {
        if (source is null && key is not null)
        {
            faults.Add(RegistrationErrors.KeyWithoutSource(field));
        }
        if (source is not null && key is null)
        {
            faults.Add(RegistrationErrors.SourceWithoutKey(field));
        }
        if (source is not null && !IsText(source, MaxSourceLength))
        {
            faults.Add(RegistrationErrors.BadKeyText(field + "source", MaxSourceLength));
        }
        if (key is not null && (!IsText(key, MaxKeyLength) || string.IsNullOrWhiteSpace(key)))
        {
            faults.Add(RegistrationErrors.BadKeyText(field + "sourceKey", MaxKeyLength));
        }
    }

    private static bool IsText(string text, int maximum)
    {
        var good = text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= maximum;
        foreach (var rune in text.EnumerateRunes())
        {
            good &= !Rune.IsControl(rune) && rune != Rune.ReplacementChar;
        }
        return good;
    }
}
