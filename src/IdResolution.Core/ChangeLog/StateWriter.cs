using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// Builds the state of an object version. Each entry, and each element of a list, gets a fresh salt unless one is
/// given. Its buffers are rented until the state is made. Not thread-safe.
/// </summary>
public sealed class StateWriter
{
    internal const byte Format = 2;

    // The random bytes of this many salts are made in one call, because a call costs more than the bytes.
    private const int SaltsAtOnce = 16;

    private byte[] _salts = ArrayPool<byte>.Shared.Rent(SaltsAtOnce * StateReader.SaltLength);
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1024);
    private int _length = 3;
    private int _count;
    private int _listAt;
    private ushort _elements;
    private int _saltsUsed;

    /// <summary>Adds an entry whose value is the UTF-8 of a text.</summary>
    public void Add(string code, string value, StateForm form = StateForm.Text)
    {
        Begin(code, form, NextSalt());
        AddText(value);
        _count++;
    }

    /// <summary>Adds an entry. The code is not checked for duplicates.</summary>
    public void Add(string code, ReadOnlySpan<byte> value, StateForm form)
    {
        Begin(code, form, NextSalt());
        AddBytes(value);
        _count++;
    }

    /// <summary>Adds an entry with the salt that it had before.</summary>
    public void Add(ReadOnlySpan<byte> code, ReadOnlySpan<byte> salt, StateForm form, ReadOnlySpan<byte> value)
    {
        Begin(Encoding.UTF8.GetString(code), form, salt);
        AddBytes(value);
        _count++;
    }

    /// <summary>Adds a list of texts. Every salt is fresh.</summary>
    public void AddList(string code, params ReadOnlySpan<string> texts) => AddList(code, NextSalt(), [], texts);

    /// <summary>Adds a list of texts with its salt, and the salt of its elements; empty for fresh ones.</summary>
    public void AddList(
        string code,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> elementSalt,
        params ReadOnlySpan<string> texts
    )
    {
        Begin(code, StateForm.List, salt);
        var at = _length;
        Reserve(4 + 2);
        foreach (var text in texts)
        {
            var element = Reserve(StateReader.SaltLength + 1);
            (elementSalt.IsEmpty ? NextSalt() : elementSalt).CopyTo(element);
            element[^1] = (byte)StateForm.Text;
            AddText(text);
        }
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(at), _length - at - 4);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(at + 4), (ushort)texts.Length);
        _count++;
    }

    /// <summary>
    /// Begins a list with a fresh salt. <see cref="AddElement"/> follows, then <see cref="EndList"/>.
    /// </summary>
    public void BeginList(string code)
    {
        Begin(code, StateForm.List, NextSalt());
        _listAt = _length;
        _elements = 0;
        Reserve(4 + 2);
    }

    /// <summary>Adds an element to the list that was begun, with a fresh salt. A list has at most 65,535.</summary>
    public void AddElement(ReadOnlySpan<byte> value, StateForm form)
    {
        var element = Reserve(StateReader.SaltLength + 1);
        NextSalt().CopyTo(element);
        element[^1] = (byte)form;
        AddBytes(value);
        _elements = checked((ushort)(_elements + 1));
    }

    /// <summary>Ends the list.</summary>
    public void EndList()
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_listAt), _length - _listAt - 4);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_listAt + 4), _elements);
        _count++;
    }

    /// <summary>Makes the finished state. Nothing may be added afterwards.</summary>
    public byte[] ToState()
    {
        _buffer[0] = Format;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(1), (ushort)_count);
        var state = _buffer.AsSpan(0, _length).ToArray();
        ArrayPool<byte>.Shared.Return(_buffer);
        ArrayPool<byte>.Shared.Return(_salts);
        (_buffer, _salts) = ([], []);
        return state;
    }

    /// <summary>Copies a state without the entries of these codes, to erase them.</summary>
    public static byte[] Without(ReadOnlySpan<byte> state, IReadOnlyCollection<string> codes)
    {
        var left = new byte[state.Length];
        left[0] = state[0];
        var at = 3;
        ushort count = 0;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (codes.Contains(Encoding.UTF8.GetString(reader.Code)))
            {
                continue;
            }
            count++;
            reader.Entry.CopyTo(left.AsSpan(at));
            at += reader.Entry.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(left.AsSpan(1), count);
        return left[..at];
    }

    /// <summary>
    /// Copies a state with one element of a list erased: its salt is zero then, and its value the digest of its
    /// disclosure. So the commitment to the list stays. A state without that element is copied as it is.
    /// </summary>
    public static byte[] WithoutElement(ReadOnlySpan<byte> state, string code, int index)
    {
        var left = new StateWriter();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            var value = reader.Value;
            if (reader.Form == StateForm.List && Encoding.UTF8.GetString(reader.Code) == code)
            {
                value = WithoutElement(value, index);
            }
            left.Add(reader.Code, reader.Salt, reader.Form, value);
        }
        return left.ToState();
    }

    private static byte[] WithoutElement(ReadOnlySpan<byte> list, int index)
    {
        var reader = new StateList(list);
        for (var i = 0; reader.Read(); i++)
        {
            if (i == index && !reader.IsErased)
            {
                return Erased(list, reader);
            }
        }
        return list.ToArray();
    }

    /// <summary>A list without its current element.</summary>
    private static byte[] Erased(ReadOnlySpan<byte> list, in StateList element)
    {
        var behind = list[^element.Left..];
        var at = list.Length - behind.Length - element.Value.Length - 4 - 1 - StateReader.SaltLength;
        var left = new byte[at + StateReader.SaltLength + 1 + 4 + Commitments.Length + behind.Length];
        list[..at].CopyTo(left);
        var form = at + StateReader.SaltLength;
        left[form] = (byte)element.Form;
        BinaryPrimitives.WriteInt32BigEndian(left.AsSpan(form + 1), Commitments.Length);
        Disclosure.DigestOf(in element, left.AsSpan(form + 5, Commitments.Length));
        behind.CopyTo(left.AsSpan(form + 5 + Commitments.Length));
        return left;
    }

    private void Begin(string code, StateForm form, ReadOnlySpan<byte> salt)
    {
        var codeLength = Encoding.UTF8.GetByteCount(code);
        var to = Reserve(2 + codeLength + StateReader.SaltLength + 1);
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)codeLength);
        Encoding.UTF8.GetBytes(code, to[2..]);
        salt.CopyTo(to[(2 + codeLength)..]);
        to[^1] = (byte)form;
    }

    private void AddText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var to = Reserve(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(to, length);
        Encoding.UTF8.GetBytes(text, to[4..]);
    }

    private void AddBytes(ReadOnlySpan<byte> bytes)
    {
        var to = Reserve(4 + bytes.Length);
        BinaryPrimitives.WriteInt32BigEndian(to, bytes.Length);
        bytes.CopyTo(to[4..]);
    }

    /// <summary>Takes the next bytes of the buffer.</summary>
    private Span<byte> Reserve(int length)
    {
        if (_length + length > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + length, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        _length += length;
        return _buffer.AsSpan(_length - length, length);
    }

    private ReadOnlySpan<byte> NextSalt()
    {
        var next = _saltsUsed++ % SaltsAtOnce;
        if (next == 0)
        {
            RandomNumberGenerator.Fill(_salts.AsSpan(0, SaltsAtOnce * StateReader.SaltLength));
        }
        return _salts.AsSpan(next * StateReader.SaltLength, StateReader.SaltLength);
    }
}
