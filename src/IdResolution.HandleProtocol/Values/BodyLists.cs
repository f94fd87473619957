using System.Diagnostics.CodeAnalysis;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>
/// Counted lists in bodies: a count of four bytes, then the items. Before an array is allocated, the count is checked
/// against the bytes that are left.
/// </summary>
internal static class BodyLists
{
    public static bool TryInt32s(ref WireReader reader, [NotNullWhen(true)] out int[]? numbers)
    {
        numbers = null;
        if (!reader.TryCount(4, out var count))
        {
            return false;
        }
        var read = new int[count];
        for (var i = 0; i < count; i++)
        {
            reader.TryInt32(out read[i]);
        }
        numbers = read;
        return true;
    }

    public static bool TryTexts(ref WireReader reader, [NotNullWhen(true)] out string[]? texts)
    {
        texts = null;
        if (!reader.TryCount(4, out var count))
        {
            return false;
        }
        var read = new string[count];
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryText(out read[i]))
            {
                return false;
            }
        }
        texts = read;
        return true;
    }

    /// <summary>Reads values; false if there are more than a handle may have.</summary>
    public static bool TryValues(ref WireReader reader, [NotNullWhen(true)] out HandleValue[]? values)
    {
        values = null;
        if (!reader.TryCount(HandleValue.LeastLength, out var count) || count > MessageLimits.MaxValues)
        {
            return false;
        }
        var read = new HandleValue[count];
        for (var i = 0; i < count; i++)
        {
            if (!HandleValue.TryRead(ref reader, out var value))
            {
                return false;
            }
            read[i] = value;
        }
        values = read;
        return true;
    }

    public static bool TryReference(ref WireReader reader, [NotNullWhen(true)] out ValueReference? reference)
    {
        reference = null;
        if (!reader.TryText(out var handle) || !reader.TryInt32(out var index))
        {
            return false;
        }
        reference = new ValueReference(handle, index);
        return true;
    }

    public static bool TryReferences(ref WireReader reader, [NotNullWhen(true)] out ValueReference[]? references)
    {
        references = null;
        if (!reader.TryCount(8, out var count))
        {
            return false;
        }
        var read = new ValueReference[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryReference(ref reader, out var reference))
            {
                return false;
            }
            read[i] = reference;
        }
        references = read;
        return true;
    }

    public static void Write(WireWriter writer, IReadOnlyList<int> numbers)
    {
        writer.Int32(numbers.Count);
        foreach (var number in numbers)
        {
            writer.Int32(number);
        }
    }

    public static void Write(WireWriter writer, IReadOnlyList<string> texts)
    {
        writer.Int32(texts.Count);
        foreach (var text in texts)
        {
            writer.Text(text);
        }
    }

    public static void Write(WireWriter writer, IReadOnlyList<HandleValue> values)
    {
        writer.Int32(values.Count);
        foreach (var value in values)
        {
            value.Write(writer);
        }
    }

    public static void Write(WireWriter writer, ValueReference reference)
    {
        writer.Text(reference.Handle);
        writer.Int32(reference.Index);
    }

    public static void Write(WireWriter writer, IReadOnlyList<ValueReference> references)
    {
        writer.Int32(references.Count);
        foreach (var reference in references)
        {
            Write(writer, reference);
        }
    }
}
