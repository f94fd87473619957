using System.Buffers.Binary;
using System.Security.Cryptography;

namespace IdResolution.Core.ChangeLog;

/// <summary>
/// The canonical body of a log entry, format 2 (<c>docs/log-format.md</c>): big-endian <c>u8 format ‖ u8 kind ‖ u8
/// operation ‖ u64 object ‖ u64 version ‖ i64 time ‖ u64 actor ‖ u32 n ‖ n × 32-byte commitment</c>, commitments in
/// ascending order, time in microseconds since 1970 UTC.
/// </summary>
public readonly record struct LogBody(
    LogKind Kind,
    LogOperation Operation,
    long Object,
    long Version,
    long Time,
    long Actor
)
{
    /// <summary>The length of the fields before the commitments, in bytes.</summary>
    public const int HeaderLength = 39;

    private const byte Format = 2;
    private const byte Former = 1;

    /// <summary>Encodes the body, with commitments that are sorted already.</summary>
    public byte[] Encode(ReadOnlySpan<byte> sortedCommitments)
    {
        var body = new byte[HeaderLength + sortedCommitments.Length];
        body[0] = Format;
        body[1] = (byte)Kind;
        body[2] = (byte)Operation;
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(3), Object);
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(11), Version);
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(19), Time);
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(27), Actor);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(35), sortedCommitments.Length / Commitments.Length);
        sortedCommitments.CopyTo(body.AsSpan(HeaderLength));
        return body;
    }

    /// <summary>
    /// Decodes a body. False if it is of no known format or has the wrong length. A store that is being migrated holds
    /// bodies of format 1 too, which have the same fields.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> body, out LogBody decoded, out ReadOnlySpan<byte> commitments)
    {
        decoded = default;
        commitments = default;
        if (body.Length < HeaderLength || body[0] is not (Format or Former))
        {
            return false;
        }
        var count = BinaryPrimitives.ReadUInt32BigEndian(body[35..]);
        if (body.Length != HeaderLength + ((long)count * Commitments.Length))
        {
            return false;
        }
        decoded = new LogBody(
            (LogKind)body[1],
            (LogOperation)body[2],
            BinaryPrimitives.ReadInt64BigEndian(body[3..]),
            BinaryPrimitives.ReadInt64BigEndian(body[11..]),
            BinaryPrimitives.ReadInt64BigEndian(body[19..]),
            BinaryPrimitives.ReadInt64BigEndian(body[27..])
        );
        commitments = body[HeaderLength..];
        return true;
    }

    /// <summary>True for a body of format 1.</summary>
    public static bool IsFormer(ReadOnlySpan<byte> body) => body.Length > 0 && body[0] == Former;

    /// <summary>The leaf hash of a body: <c>SHA-256(0x00 ‖ body)</c> (RFC 9162 §2.1.1). Entry n is leaf n−1.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> body)
    {
        Span<byte> buffer = body.Length < 2048 ? stackalloc byte[2048] : new byte[body.Length + 1];
        buffer[0] = 0;
        body.CopyTo(buffer[1..]);
        return SHA256.HashData(buffer[..(body.Length + 1)]);
    }
}
