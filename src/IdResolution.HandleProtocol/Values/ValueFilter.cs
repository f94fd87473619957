using System.Text;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>
/// Selects the values that a request wants: those whose index or type it names, or all if it names none.
/// </summary>
public static class ValueFilter
{
    /// <summary>True if the request wants the value.</summary>
    /// <param name="index">The value's index.</param>
    /// <param name="type">The value's type in UTF-8.</param>
    /// <param name="indexes">The indexes that the request names.</param>
    /// <param name="types">The types that the request names, in UTF-8.</param>
    public static bool Wants(int index, ReadOnlySpan<byte> type, Int32ListView indexes, ArrayListView types)
    {
        if (indexes.Count == 0 && types.Count == 0 || indexes.Contains(index))
        {
            return true;
        }
        foreach (var wanted in types)
        {
            if (TypeMatches(type, wanted))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>True if the request wants the value.</summary>
    /// <param name="value">The value; its index and type count.</param>
    /// <param name="indexes">The indexes that the request names.</param>
    /// <param name="types">The types that the request names.</param>
    public static bool Wants(HandleValue value, IReadOnlyList<int> indexes, IReadOnlyList<string> types) =>
        Wants(value.Index, value.Type, indexes, types);

    /// <summary>True if the request wants the value.</summary>
    /// <param name="index">The value's index.</param>
    /// <param name="type">The value's type.</param>
    /// <param name="indexes">The indexes that the request names.</param>
    /// <param name="types">The types that the request names.</param>
    public static bool Wants(int index, string type, IReadOnlyList<int> indexes, IReadOnlyList<string> types)
    {
        if (indexes.Count == 0 && types.Count == 0 || indexes.Contains(index))
        {
            return true;
        }
        var utf8 = Encoding.UTF8.GetBytes(type);
        return types.Any(wanted => TypeMatches(utf8, Encoding.UTF8.GetBytes(wanted)));
    }

    /// <summary>
    /// True if a type is the wanted one, in any case of ASCII letters. A wanted type that ends in a dot matches the
    /// type before the dot and every type that begins with it.
    /// </summary>
    public static bool TypeMatches(ReadOnlySpan<byte> type, ReadOnlySpan<byte> wanted) =>
        wanted.EndsWith("."u8)
            ? HandleName.SameFolded(type, wanted[..^1])
                || HandleName.SameFolded(type[..Math.Min(type.Length, wanted.Length)], wanted)
            : HandleName.SameFolded(type, wanted);
}
