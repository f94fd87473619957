using System.Buffers.Binary;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Reads the state of an object version as stored beside the log (<c>docs/log-format.md</c>): big-endian
/// <c>u8 format ‖ u16 n ‖ n × (u16 length ‖ code ‖ 16-byte salt ‖ u8 form ‖ u32 length ‖ value)</c>. Made by
/// <see cref="StateWriter"/>. States of format 1, which have no forms, are read too: a node reads them while a store is
/// migrated.
/// </summary>
public ref struct StateReader
{
    /// <summary>The length of a salt, in bytes.</summary>
    public const int SaltLength = 16;

    private const byte Former = 1;

    // Of format 1: a code and a value without bytes, with their lengths, and a salt.
    private const int LeastEntry = 2 + SaltLength + 4;

    private readonly ReadOnlySpan<byte> _state;
    private StateBytes _rest;
    private int _left;

    /// <summary>Begins before the first entry.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a state of a known format.</exception>
    public StateReader(ReadOnlySpan<byte> state)
    {
        if (state.Length < 3 || state[0] is not (Former or StateWriter.Format))
        {
            throw new InvalidDataException("The stored state is not of a known format.");
        }
        _state = state;
        _rest = new StateBytes(state[1..]);
        Count = _rest.TakeCount(LeastEntry);
        _left = Count;
    }

    /// <summary>The number of entries in the state.</summary>
    public int Count { get; }

    /// <summary>The number of bytes not read yet. After the last entry of a whole state it is 0.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>True for a state of format 1, whose entries all have the form <see cref="StateForm.Text"/>.</summary>
    public readonly bool IsFormer => _state[0] == Former;

    /// <summary>The code of the current entry in UTF-8; empty before <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Code { get; private set; }

    /// <summary>The salt of the current entry, 16 bytes.</summary>
    public ReadOnlySpan<byte> Salt { get; private set; }

    /// <summary>The form of the current entry's value.</summary>
    public StateForm Form { get; private set; }

    /// <summary>The value of the current entry.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>All bytes of the current entry.</summary>
    public ReadOnlySpan<byte> Entry { get; private set; }

    /// <summary>Moves to the next entry. False after the last one.</summary>
    /// <exception cref="InvalidDataException">The state is cut short, or has a value of an unknown form.</exception>
    public bool Read()
    {
        if (_left == 0)
        {
            return false;
        }
        _left--;
        var begin = _state.Length - _rest.Length;
        Code = _rest.Take(BinaryPrimitives.ReadUInt16BigEndian(_rest.Take(2)));
        Salt = _rest.Take(SaltLength);
        Form = IsFormer ? StateForm.Text : _rest.TakeForm(StateForm.List);
        Value = _rest.Take(BinaryPrimitives.ReadInt32BigEndian(_rest.Take(4)));
        Entry = _state[begin..^_rest.Length];
        return true;
    }
}
