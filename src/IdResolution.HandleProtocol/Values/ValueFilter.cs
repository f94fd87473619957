using System.Text;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>
/// Which values of a handle a request wants: those of an index or of a type that it names, all where it names none.
/// </summary>
public static class ValueFilter
{
    /// <summary>Whether a value is wanted.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="type">Its type in UTF-8.</param>
    /// <param name="indexes">Indexes named.</param>
    /// <param name="types">Types named.</param>
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

    /// <summary>Whether a value is wanted.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indexes">Indexes named.</param>
    /// <param name="types">Types named.</param>
    public static bool Wants(HandleValue value, IReadOnlyList<int> indexes, IReadOnlyList<string> types) =>
        Wants(value.Index, value.Type, indexes, types);

    /// <summary>Whether a value is wanted.</summary>
    /// <param name="index">Its index.</param>
    /// <param name="type">Its type.</param>
    /// <param name="indexes">Indexes named.</param>
    /// <param name="types">Types named.</param>
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
    /// Whether a type is the one wanted, in any case of ASCII letters; one that ends in a dot wants all that begin with
    /// it.
    /// </summary>
    public static bool TypeMatches(ReadOnlySpan<byte> type, ReadOnlySpan<byte> wanted) =>
        HandleName.SameFolded(
            wanted.EndsWith("."u8) && type.Length > wanted.Length ? type[..wanted.Length] : type,
            wanted
        );
}
