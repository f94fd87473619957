using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.Access;

/// <summary>
/// Chains the lines of the audit log. The hash of a line is SHA-256 over the hash of the line before in the chain of
/// its kind, and the line: kind, position, number, time and count as 8 bytes each, most significant first; then caller,
/// action, target, outcome, source, trace, OS user and node, each as 4 bytes of length and its UTF-8 bytes.
/// </summary>
public static class AuditChain
{
    /// <summary>The length of a hash in bytes.</summary>
    public const int HashLength = 32;

    /// <summary>Puts a line at the end of a chain. Gives the line with its number and link, and the new head.</summary>
    /// <param name="head">The last line of the chain of the line's kind.</param>
    /// <param name="line">The line.</param>
    /// <param name="id">Its number among all lines.</param>
    public static (AuditEvent Line, AuditHead Head) Append(AuditHead head, AuditEvent line, long id)
    {
        ArgumentNullException.ThrowIfNull(head);
        var position = head.Position + 1;
        var hash = Hash(head.Hash, line with { Id = id }, position);
        return (
            line with
            {
                Id = id,
                Link = new AuditLink(position, head.Hash, hash),
            },
            new AuditHead(line.Kind, position, id, line.Time, hash)
        );
    }

    /// <summary>The hash of a line.</summary>
    /// <param name="previous">The hash of the line before, 32 bytes.</param>
    /// <param name="line">The line, with its number.</param>
    /// <param name="position">Its position in the chain.</param>
    public static byte[] Hash(ReadOnlySpan<byte> previous, AuditEvent line, long position)
    {
        ArgumentNullException.ThrowIfNull(line);
        var buffer = new ArrayBufferWriter<byte>(512);
        buffer.Write(previous);
        Write(buffer, (long)line.Kind);
        Write(buffer, position);
        Write(buffer, line.Id);
        Write(buffer, line.Time);
        Write(buffer, line.Count);
        Write(buffer, line.Caller);
        Write(buffer, line.Action);
        Write(buffer, line.Target);
        Write(buffer, line.Outcome);
        Write(buffer, line.Source);
        Write(buffer, line.Trace);
        Write(buffer, line.OsUser);
        Write(buffer, line.Node);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), number);
        buffer.Advance(8);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), length);
        buffer.Advance(4);
        Encoding.UTF8.GetBytes(text, buffer.GetSpan(length));
        buffer.Advance(length);
    }
}
