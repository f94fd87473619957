using IdResolution.Core.Primitives;

namespace IdResolution.Core.CodingRules;

/// <summary>
/// A way to compute check characters over digits and letters. Small letters are folded; the separators
/// <c>- . _ / :</c> and space are skipped. Immutable.
/// </summary>
public abstract class CheckScheme
{
    private protected const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private const sbyte Skipped = -1;
    private const sbyte Refused = -2;

    private readonly string _alphabet;
    private readonly sbyte[] _values = new sbyte[128];

    private protected CheckScheme(string name, string alphabet, int length, Text covered)
    {
        Name = name;
        _alphabet = alphabet;
        Length = length;
        Covered = covered;
        Array.Fill(_values, Refused);
        foreach (var c in "-._/: ")
        {
            _values[c] = Skipped;
        }
        for (var i = 0; i < alphabet.Length; i++)
        {
            _values[alphabet[i]] = (sbyte)i;
            _values[char.ToLowerInvariant(alphabet[i])] = (sbyte)i;
        }
    }

    /// <summary>The schemes. The first one is meant by a pattern that names none.</summary>
    public static IReadOnlyList<CheckScheme> All { get; } = [new Mod37_36Scheme(), new Mod1271_36(), new Gb32100()];

    /// <summary>The name in a pattern: <c>{check:NAME}</c>.</summary>
    public string Name { get; }

    /// <summary>The number of check characters, 1 or 2.</summary>
    public int Length { get; }

    /// <summary>The characters that it covers, for people.</summary>
    internal Text Covered { get; }

    /// <summary>
    /// Computes the check characters. False if the text holds a character that is neither covered nor skipped.
    /// </summary>
    /// <param name="text">The text without check characters.</param>
    /// <param name="check">Gets <see cref="Length"/> characters.</param>
    public bool TryCompute(ReadOnlySpan<char> text, Span<char> check)
    {
        Span<byte> values = text.Length <= 256 ? stackalloc byte[256] : new byte[text.Length];
        var count = 0;
        foreach (var c in text)
        {
            var value = ValueOf(c);
            if (value == Refused)
            {
                return false;
            }
            if (value != Skipped)
            {
                values[count++] = (byte)value;
            }
        }
        var number = Compute(values[..count]);
        for (var i = Length - 1; i >= 0; i--)
        {
            check[i] = _alphabet[number % _alphabet.Length];
            number /= _alphabet.Length;
        }
        return true;
    }

    /// <summary>True if the text ends in the check characters of what stands before them.</summary>
    public bool Fits(ReadOnlySpan<char> text)
    {
        Span<char> check = stackalloc char[2];
        return text.Length > Length
            && TryCompute(text[..^Length], check)
            && text[^Length..].Equals(check[..Length], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The position of the first character that is neither covered nor skipped, or -1.</summary>
    internal int IndexOfRefused(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (ValueOf(text[i]) == Refused)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The check characters as a number; the last one is its lowest digit.</summary>
    private protected abstract int Compute(ReadOnlySpan<byte> values);

    private int ValueOf(char c) => c < _values.Length ? _values[c] : Refused;
}
