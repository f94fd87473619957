using System.Globalization;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Labels;

/// <summary>
/// Reads settings of a label from a query, collecting all errors. An empty setting counts as missing.
/// </summary>
internal sealed class QueryReader
{
    private readonly Faults _faults = new();

    /// <summary>All errors combined; null if there is none.</summary>
    public Error? Error => _faults.TryCombine(out var error) ? error : null;

    /// <summary>Reads a whole number. <paramref name="fallback"/> if missing or out of range.</summary>
    public int Integer(string field, string? text, int fallback, int min, int max)
    {
        if (string.IsNullOrEmpty(text))
        {
            return fallback;
        }
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= min
            && value <= max
        )
        {
            return value;
        }
        Refuse(field, $"{field} is a whole number from {min} to {max}.", $"{field} 应为 {min} 到 {max} 的整数。");
        return fallback;
    }

    /// <summary>Reads one of a few words in any case. <paramref name="fallback"/> if missing or unknown.</summary>
    public T Choice<T>(string field, string? text, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (string.IsNullOrEmpty(text))
        {
            return fallback;
        }
        var words = new List<string>(choices.Length);
        foreach (var (word, value) in choices)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
            words.Add(word);
        }
        Refuse(
            field,
            $"{field} is one of {string.Join(", ", words)}.",
            $"{field} 应为以下之一：{string.Join("、", words)}。"
        );
        return fallback;
    }

    public void Refuse(string field, string en, string zh) =>
        _faults.Add(Error.Of(ErrorCode.InvalidValue, en, zh, field));
}
