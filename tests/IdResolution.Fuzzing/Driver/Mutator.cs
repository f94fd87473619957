using System.Buffers.Binary;
using System.Text;

namespace IdResolution.Fuzzing.Driver;

/// <summary>Makes inputs out of others. The same seed makes the same inputs.</summary>
internal sealed class Mutator(Random random, FuzzTarget target)
{
    private static readonly int[] s_lengths = [-1, 0, 1, 4, 16, 127, 255, 256, 512, 4_096, 65_535, 1 << 20, int.MaxValue];

    private readonly byte[][] _tokens = [.. target.Tokens.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _work = new byte[target.MaxLength];
    private int _length;

    /// <summary>An input made of one of the corpus, with parts of others.</summary>
    public byte[] Make(IReadOnlyList<byte[]> corpus)
    {
        // Every second input comes from the newer half: what was found last was tried least.
        var from = corpus[
            random.Next(2) == 0 ? random.Next(corpus.Count) : random.Next(corpus.Count / 2, corpus.Count)
        ];
        _length = Math.Min(from.Length, _work.Length);
        from.AsSpan(0, _length).CopyTo(_work);
        for (var times = 1 << random.Next(5); times > 0; times--)
        {
            Change(corpus);
        }
        return _work.AsSpan(0, _length).ToArray();
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
                _work[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                _work[at] = (byte)random.Next(256);
                break;
            case 2:
                _work[at] += (byte)random.Next(-9, 10);
                break;
            case 3:
                _work[0] = (byte)random.Next(256);
                break;
            case 4:
                Remove(at, Length(_length - at));
                break;
            case 5:
                Insert(at, _work.AsSpan(at, Length(_length - at)).ToArray());
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
            token.AsSpan(0, Math.Min(token.Length, _work.Length - at)).CopyTo(_work.AsSpan(at));
            _length = Math.Max(_length, Math.Min(_work.Length, at + token.Length));
        }
    }

    /// <summary>A length or count in the wire's order: another one, or the one that would fit.</summary>
    private void ChangeNumber(int at)
    {
        if (_length - at < 4)
        {
            return;
        }
        var number = _work.AsSpan(at, 4);
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
        var part = _work.AsSpan(at, Length(Math.Min(16, _length - at))).ToArray();
        for (var times = 1 << random.Next(8); times > 0 && _length + part.Length <= _work.Length; times--)
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
            part = part[..Math.Min(part.Length, _work.Length - at)];
            part.CopyTo(_work.AsSpan(at));
            _length = Math.Max(_length, at + part.Length);
        }
    }

    private void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, _work.Length - _length)];
        _work.AsSpan(at, _length - at).CopyTo(_work.AsSpan(at + bytes.Length));
        bytes.CopyTo(_work.AsSpan(at));
        _length += bytes.Length;
    }

    private void Remove(int at, int length)
    {
        _work.AsSpan(at + length, _length - at - length).CopyTo(_work.AsSpan(at));
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
