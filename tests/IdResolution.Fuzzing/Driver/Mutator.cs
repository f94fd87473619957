using System.Buffers.Binary;
using System.Text;

namespace IdResolution.Fuzzing.Driver;

/// <summary>Makes inputs out of others. The same seed makes the same inputs.</summary>
internal sealed class Mutator(Random random, FuzzTarget target)
{
    private static readonly int[] s_lengths =
    [
        -1,
        0,
        1,
        4,
        16,
        127,
        255,
        256,
        512,
        4_096,
        65_535,
        1 << 20,
        int.MaxValue,
    ];

    private readonly byte[][] _tokens = [.. target.Tokens.Select(Encoding.UTF8.GetBytes)];
    private const int ShortLength = 256;

    private readonly byte[] _buffer = new byte[target.MaxLength];
    private int _most;
    private int _length;

    private Span<byte> Work => _buffer.AsSpan(0, _most);

    /// <summary>An input made of one of the corpus, with parts of others.</summary>
    public byte[] Make(IReadOnlyList<byte[]> corpus)
    {
        var from = Choose(corpus);
        _most = random.Next(8) == 0 ? _buffer.Length : Math.Min(_buffer.Length, Math.Max(from.Length, ShortLength));
        _length = Math.Min(from.Length, _most);
        from.AsSpan(0, _length).CopyTo(Work);
        for (var times = 1 << random.Next(5); times > 0; times--)
        {
            Change(corpus);
        }
        return Work[.._length].ToArray();
    }

    /// <summary>
    /// Every second time of the newer half, since what was found last was tried least. Mostly the shorter one of two:
    /// faults show in short inputs, which are read faster.
    /// </summary>
    private byte[] Choose(IReadOnlyList<byte[]> corpus)
    {
        var one = corpus[random.Next(random.Next(2) == 0 ? 0 : corpus.Count / 2, corpus.Count)];
        var other = corpus[random.Next(corpus.Count)];
        return other.Length < one.Length && random.Next(4) > 0 ? other : one;
    }

    private void Change(IReadOnlyList<byte[]> corpus)
    {
        if (_length == 0)
        {
            Insert(0, [(byte)random.Next(256)]);
            return;
        }
        var at = random.Next(_length);
        switch (random.Next(15))
        {
            case 0:
                Work[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                Work[at] = (byte)random.Next(256);
                break;
            case 2:
                Work[at] += (byte)random.Next(-9, 10);
                break;
            case 3:
                Work[0] = (byte)random.Next(256);
                break;
            case 4:
                Remove(at, Length(_length - at));
                break;
            case 5:
                Insert(at, Work.Slice(at, Length(_length - at)).ToArray());
                break;
            case 6:
                Repeat(at);
                break;
            case 7 or 8:
                Splice(at, corpus[random.Next(corpus.Count)]);
                break;
            case 9:
                ChangeNumber(at);
                break;
            case 10:
                _length = at;
                break;
            case 11:
                Insert(at, Bytes(1 + random.Next(4)));
                break;
            default:
                PutToken(at);
                break;
        }
    }

    private void PutToken(int at)
    {
        if (_tokens.Length == 0)
        {
            ChangeNumber(at);
            return;
        }
        var token = _tokens[random.Next(_tokens.Length)];
        if (random.Next(2) == 0)
        {
            Insert(at, token);
        }
        else
        {
            token.AsSpan(0, Math.Min(token.Length, Work.Length - at)).CopyTo(Work.Slice(at));
            _length = Math.Max(_length, Math.Min(Work.Length, at + token.Length));
        }
    }

    /// <summary>A length or count in the wire's order: another one, or the one that would fit.</summary>
    private void ChangeNumber(int at)
    {
        if (_length - at < 4)
        {
            return;
        }
        var number = Work.Slice(at, 4);
        BinaryPrimitives.WriteInt32BigEndian(
            number,
            random.Next(4) switch
            {
                0 => s_lengths[random.Next(s_lengths.Length)],
                1 => _length - at - 4,
                2 => BinaryPrimitives.ReadInt32BigEndian(number) + random.Next(-4, 5),
                _ => random.Next(256),
            }
        );
    }

    private void Repeat(int at)
    {
        var part = Work.Slice(at, Length(Math.Min(16, _length - at))).ToArray();
        for (var times = 1 << random.Next(8); times > 0 && _length + part.Length <= Work.Length; times--)
        {
            Insert(at, part);
        }
    }

    private void Splice(int at, byte[] other)
    {
        if (other.Length == 0)
        {
            return;
        }
        var from = random.Next(other.Length);
        var part = other.AsSpan(from, Length(other.Length - from));
        if (random.Next(2) == 0)
        {
            Insert(at, part);
        }
        else
        {
            part = part[..Math.Min(part.Length, Work.Length - at)];
            part.CopyTo(Work.Slice(at));
            _length = Math.Max(_length, at + part.Length);
        }
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, Work.Length - _length)];
        Work.Slice(at, _length - at).CopyTo(Work.Slice(at + bytes.Length));
        bytes.CopyTo(Work.Slice(at));
        _length += bytes.Length;
    }

    private void Remove(int at, int length)
    {
        Work.Slice(at + length, _length - at - length).CopyTo(Work.Slice(at));
        _length -= length;
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A length up to the greatest, short ones more often.</summary>
    private int Length(int greatest) => 1 + random.Next(random.Next(2) == 0 ? Math.Min(greatest, 8) : greatest);
}
