using System.Buffers.Binary;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Reads the state of an object version as stored beside the log (<c>docs/log-format.md</c>): big-endian
/// <c>u8 format ‖ u16 n ‖ n × (u16 length ‖ code ‖ 16-byte salt ‖ u32 length ‖ value)</c>. Made by
/// <see cref="StateWriter"/>.
/// </summary>
public ref struct StateReader
{
    /// <summary>The length of a salt, in bytes.</summary>
    public const int SaltLength = 16;

    private ReadOnlySpan<byte> _rest;
    private int _left;

    /// <summary>Begins before the first entry.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a state of format 1.</exception>
    public StateReader(ReadOnlySpan<byte> state)
    {
        if (state.Length < 3 || state[0] != StateWriter.Format)
        {
            throw new InvalidDataException("The stored state is not of a known format.");
        }
        Count = BinaryPrimitives.ReadUInt16BigEndian(state[1..]);
        _left = Count;
        _rest = state[3..];
    }

    /// <summary>The number of entries in the state.</summary>
    public int Count { get; }

    /// <summary>The code of the current entry in UTF-8; empty before <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Code { get; private set; }

    /// <summary>The salt of the current entry, 16 bytes.</summary>
    public ReadOnlySpan<byte> Salt { get; private set; }

    /// <summary>The canonical value of the current entry.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next entry. False after the last one.</summary>
    /// <exception cref="InvalidDataException">The state is cut short.</exception>
    public bool Read()
    {
        if (_left == 0)
        {
            return false;
        }
        _left--;
        Code = Take(BinaryPrimitives.ReadUInt16BigEndian(Take(2)));
        Salt = Take(SaltLength);
        Value = Take(BinaryPrimitives.ReadInt32BigEndian(Take(4)));
        return true;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)_rest.Length)
        {
            throw new InvalidDataException("The stored state is cut short.");
        }
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
