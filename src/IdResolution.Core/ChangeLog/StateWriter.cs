using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.ChangeLog;

/// <summary>Builds the state of an object version. Each entry gets a fresh salt. Not thread-safe.</summary>
public sealed class StateWriter
{
    internal const byte Format = 1;

    // The random bytes of this many salts are made in one call, because a call costs more than the bytes.
    private const int SaltsAtOnce = 16;

    private readonly byte[] _salts = new byte[SaltsAtOnce * StateReader.SaltLength];
    private byte[] _buffer = new byte[1024];
    private int _length = 3;
    private int _count;

    /// <summary>Adds an entry whose value is the UTF-8 of a text.</summary>
    public void Add(string code, string value) => Write(code, Encoding.UTF8.GetByteCount(value), value, default);

    /// <summary>Adds an entry. The code is not checked for duplicates.</summary>
    public void Add(string code, ReadOnlySpan<byte> value) => Write(code, value.Length, null, value);

    /// <summary>Makes the finished state. Nothing may be added afterwards.</summary>
    public byte[] ToState()
    {
        _buffer[0] = Format;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(1), (ushort)_count);
        return _buffer.AsSpan(0, _length).ToArray();
    }

    /// <summary>Copies a state without the entries of these codes, to erase them.</summary>
    public static byte[] Without(ReadOnlySpan<byte> state, IReadOnlyCollection<string> codes)
    {
        var left = new byte[state.Length];
        left[0] = Format;
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
            BinaryPrimitives.WriteUInt16BigEndian(left.AsSpan(at), (ushort)reader.Code.Length);
            reader.Code.CopyTo(left.AsSpan(at + 2));
            at += 2 + reader.Code.Length;
            reader.Salt.CopyTo(left.AsSpan(at));
            at += StateReader.SaltLength;
            BinaryPrimitives.WriteInt32BigEndian(left.AsSpan(at), reader.Value.Length);
            reader.Value.CopyTo(left.AsSpan(at + 4));
            at += 4 + reader.Value.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(left.AsSpan(1), count);
        return left[..at];
    }

    private void Write(string code, int valueLength, string? text, ReadOnlySpan<byte> bytes)
    {
        var codeLength = Encoding.UTF8.GetByteCount(code);
        var needed = _length + 2 + codeLength + StateReader.SaltLength + 4 + valueLength;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }
        var to = _buffer.AsSpan(_length);
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)codeLength);
        Encoding.UTF8.GetBytes(code, to[2..]);
        to = to[(2 + codeLength)..];
        NextSalt().CopyTo(to);
        to = to[StateReader.SaltLength..];
        BinaryPrimitives.WriteInt32BigEndian(to, valueLength);
        if (text is not null)
        {
            Encoding.UTF8.GetBytes(text, to[4..]);
        }
        else
        {
            bytes.CopyTo(to[4..]);
        }
        _length = needed;
        _count++;
    }

    private ReadOnlySpan<byte> NextSalt()
    {
        var next = _count % SaltsAtOnce;
        if (next == 0)
        {
            RandomNumberGenerator.Fill(_salts);
        }
        return _salts.AsSpan(next * StateReader.SaltLength, StateReader.SaltLength);
    }
}
