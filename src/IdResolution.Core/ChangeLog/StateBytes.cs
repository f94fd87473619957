using System.Buffers.Binary;

namespace IdResolution.Core.ChangeLog;

/// <summary>The bytes of a state that are not read yet.</summary>
internal ref struct StateBytes(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    /// <summary>The number of bytes left.</summary>
    public readonly int Length => _rest.Length;

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)_rest.Length)
        {
            throw CutShort();
        }
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    /// <summary>
    /// Takes a number of items of two bytes; no more than there is room for, so that memory may be reserved for them.
    /// </summary>
    public int TakeCount(int leastBytes)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(Take(2));
        return count <= _rest.Length / leastBytes ? count : throw CutShort();
    }

    /// <summary>Takes a form.</summary>
    /// <param name="last">The last form that is allowed here.</param>
    /// <exception cref="InvalidDataException">It is none of the allowed forms.</exception>
    public StateForm TakeForm(StateForm last)
    {
        var form = Take(1)[0];
        return form <= (byte)last
            ? (StateForm)form
            : throw new InvalidDataException($"The stored state has a value of the unknown form {form}.");
    }

    private static InvalidDataException CutShort() => new("The stored state is cut short.");
}
