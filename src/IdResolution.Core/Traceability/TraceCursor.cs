using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Where a trace goes on. The order of a walk at one log number is always the same. So the number of links that it went
/// over is enough: the next call walks them again without showing them.
/// </summary>
/// <param name="Log">The number of the log's name; 0 for a log without one.</param>
/// <param name="Number">The log number that the walk reads at.</param>
/// <param name="Position">The number of links gone over.</param>
/// <param name="Found">The number of items found so far.</param>
internal readonly record struct TraceCursor(long Log, long Number, long Position, long Found)
{
    private const int Content = 1 + (4 * sizeof(long));
    private const int Tag = 12;
    private const int Length = Content + Tag;
    private const byte Form = 2;

    /// <summary>
    /// The key that the cursors of one trace are sealed with: of a query and of who asks. So a cursor is not taken for
    /// another trace, and nobody makes up one that has the node walk without a budget.
    /// </summary>
    public static byte[] SealOf(TraceQuery query, string? prefix, byte[] key)
    {
        var asked = FormattableString.Invariant($"{(int)query.Direction} {(int)query.Kinds} {query.At} {prefix} ");
        byte[] trace = [.. Encoding.UTF8.GetBytes(asked), .. query.Root.Key.Folded.Bytes];
        return HMACSHA256.HashData(key, trace);
    }

    /// <summary>Reads the text of a cursor. False for one that was not given for this trace.</summary>
    public static bool TryParse(string text, byte[] seal, out TraceCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (
            text.Length != Base64Url.GetEncodedLength(Length)
            // The decoder throws at what is not of the alphabet.
            || !Base64Url.IsValid(text, out var length)
            || length != Length
            || !Base64Url.TryDecodeFromChars(text, bytes, out _)
            || bytes[0] != Form
        )
        {
            return false;
        }
        HMACSHA256.HashData(seal, bytes[..Content], right);
        cursor = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[17..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[25..])
        );
        return CryptographicOperations.FixedTimeEquals(right[..Tag], bytes[Content..]);
    }

    /// <summary>The text of the cursor.</summary>
    public string ToText(byte[] seal)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        bytes[0] = Form;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Log);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], Position);
        BinaryPrimitives.WriteInt64BigEndian(bytes[25..], Found);
        HMACSHA256.HashData(seal, bytes[..Content], tag);
        tag[..Tag].CopyTo(bytes[Content..]);
        return Base64Url.EncodeToString(bytes);
    }
}
