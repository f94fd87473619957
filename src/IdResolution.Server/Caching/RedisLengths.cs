namespace IdResolution.Server.Caching;

/// <summary>
/// Follows the frames of Redis' protocol (RESP 2 and 3) and checks the lengths that they announce, whatever pieces they
/// come in.
/// </summary>
internal sealed class RedisLengths
{
    /// <summary>The longest value that is taken, in bytes. No entry is as long.</summary>
    public const int Longest = 2 * RedisEntry.MaxLength;

    /// <summary>The most items of an array. No command of a node has an answer of as many.</summary>
    public const int MostItems = 1 << 16;

    private const int LongestLine = 1 << 16;

    private byte _type;
    private bool _isNegative;
    private long _number;
    private long _line;
    private long _rest;

    /// <summary>Looks at the bytes that came next.</summary>
    /// <exception cref="InvalidDataException">They announce more than any answer to a node has.</exception>
    public void Check(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_rest > 0)
            {
                var skipped = (int)Math.Min(_rest, bytes.Length);
                _rest -= skipped;
                bytes = bytes[skipped..];
                continue;
            }
            if (_type == 0)
            {
                (_type, _isNegative, _number, _line) = (bytes[0], false, 0, 0);
                bytes = bytes[1..];
                continue;
            }
            var end = bytes.IndexOf((byte)'\n');
            Take(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                return;
            }
            // A value ends in two bytes of its own.
            _rest = IsValue && !_isNegative ? _number + 2 : 0;
            _type = 0;
            bytes = bytes[(end + 1)..];
        }
    }

    private bool IsValue => _type is (byte)'$' or (byte)'=' or (byte)'!';

    private bool IsList => _type is (byte)'*' or (byte)'~' or (byte)'%' or (byte)'>' or (byte)'|';

    private void Take(ReadOnlySpan<byte> line)
    {
        _line += line.Length;
        if (_line > LongestLine)
        {
            throw TooLong();
        }
        if (!IsValue && !IsList)
        {
            return;
        }
        foreach (var b in line)
        {
            _isNegative |= b == '-';
            if (b is >= (byte)'0' and <= (byte)'9')
            {
                _number = (_number * 10) + (b - '0');
                if (_number > (IsValue ? Longest : MostItems))
                {
                    throw TooLong();
                }
            }
        }
    }

    private static InvalidDataException TooLong() => new("Redis announces more than any answer to a node has.");
}
