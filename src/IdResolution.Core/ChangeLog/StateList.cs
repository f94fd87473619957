using System.Buffers.Binary;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Reads the value of form <see cref="StateForm.List"/>: big-endian <c>u16 n ‖ n × (16-byte salt ‖ u8 form ‖ u32 length
/// ‖ value)</c>. The salt of an erased element is zero, and its value is the digest of its disclosure.
/// </summary>
public ref struct StateList
{
    private const int LeastElement = StateReader.SaltLength + 1 + 4;

    private StateBytes _rest;
    private int _left;

    /// <summary>Begins before the first element.</summary>
    /// <exception cref="InvalidDataException">The bytes are cut short.</exception>
    public StateList(ReadOnlySpan<byte> value)
    {
        _rest = new StateBytes(value);
        Count = _rest.TakeCount(LeastElement);
        _left = Count;
    }

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>The number of bytes not read yet. After the last element of a whole list it is 0.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>The salt of the current element, 16 bytes.</summary>
    public ReadOnlySpan<byte> Salt { get; private set; }

    /// <summary>The form of the current element; never <see cref="StateForm.List"/>.</summary>
    public StateForm Form { get; private set; }

    /// <summary>The value of the current element; its digest if <see cref="IsErased"/>.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>True if the value of the current element was erased.</summary>
    public readonly bool IsErased => Salt.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Moves to the next element. False after the last one.</summary>
    /// <exception cref="InvalidDataException">The bytes are cut short, or the form is unknown.</exception>
    public bool Read()
    {
        if (_left == 0)
        {
            return false;
        }
        _left--;
        Salt = _rest.Take(StateReader.SaltLength);
        Form = _rest.TakeForm(StateForm.Bytes);
        Value = _rest.Take(BinaryPrimitives.ReadInt32BigEndian(_rest.Take(4)));
        return true;
    }
}
