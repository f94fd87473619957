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
/// <param name="Query">Tells traces apart, so that a cursor is not taken for another one.</param>
internal readonly record struct TraceCursor(long Log, long Number, long Position, long Found, uint Query)
{
    private const int Length = 1 + (4 * sizeof(long)) + sizeof(uint);
    private const byte Form = 1;

    /// <summary>What a cursor holds of a query and of who asks.</summary>
    public static uint Of(TraceQuery query, string? prefix) =>
        BinaryPrimitives.ReadUInt32BigEndian(
            SHA256.HashData([
                .. Encoding.UTF8.GetBytes(
                    FormattableString.Invariant($"{(int)query.Direction} {(int)query.Kinds} {query.At} {prefix} ")
                ),
                .. query.Root.Key.Bytes,
            ])
        );

    /// <summary>Reads the text of a cursor.</summary>
    public static bool TryParse(string text, out TraceCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (
            text.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length != Length
            || bytes[0] != Form
        )
        {
            return false;
        }
        cursor = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[17..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[25..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[33..])
        );
        return cursor is { Number: > 0, Position: >= 0, Found: >= 0 };
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Form;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Log);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], Position);
        BinaryPrimitives.WriteInt64BigEndian(bytes[25..], Found);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[33..], Query);
        return Base64Url.EncodeToString(bytes);
    }
}
