using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;

namespace IdResolution.Server.Handle.Transport;

/// <summary>
/// The header of the PROXY protocol, version 2 (HAProxy's document of that name, §2.2), which a proxy sends first on a
/// connection to say whose it is. Written by hand: no package that could be restored reads it from a pipe.
/// </summary>
internal static class ProxyHeader
{
    private const int Fixed = 16;

    // Addresses take at most 216 bytes; what else a proxy adds is skipped.
    private const int MaxRest = 2_048;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>True if bytes begin with the header.</summary>
    public static bool Begins(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.Length < Signature.Length)
        {
            return false;
        }
        Span<byte> start = stackalloc byte[Signature.Length];
        bytes.Slice(0, start.Length).CopyTo(start);
        return start.SequenceEqual(Signature);
    }

    /// <summary>
    /// Reads the header. Gives the client's address; <paramref name="proxy"/> where the proxy speaks for itself (its
    /// health checks); null if there is no header, or not in time.
    /// </summary>
    /// <exception cref="IOException">The connection ended before its header was whole.</exception>
    public static async ValueTask<IPAddress?> ReadAsync(
        PipeReader input,
        IPAddress proxy,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            var (length, isSound) = LengthOf(read.Buffer);
            if (isSound && length > 0 && read.Buffer.Length >= length)
            {
                var address = AddressIn(read.Buffer.Slice(0, length).ToArray(), proxy);
                input.AdvanceTo(read.Buffer.GetPosition(length));
                return address;
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (!isSound || read.IsCanceled)
            {
                return null;
            }
            if (read.IsCompleted)
            {
                throw new EndOfStreamException();
            }
        }
    }

    /// <summary>The length of the whole header; 0 if it is not known yet. Not sound if it is no header.</summary>
    private static (int Length, bool IsSound) LengthOf(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(buffer.Length, Fixed)];
        buffer.Slice(0, start.Length).CopyTo(start);
        var signed = Math.Min(start.Length, Signature.Length);
        if (!start[..signed].SequenceEqual(Signature[..signed]))
        {
            return (0, false);
        }
        if (start.Length < Fixed)
        {
            return (0, true);
        }
        var rest = BinaryPrimitives.ReadUInt16BigEndian(start[14..]);
        return (Fixed + rest, start[12] >> 4 == 2 && rest <= MaxRest);
    }

    private static IPAddress? AddressIn(ReadOnlySpan<byte> header, IPAddress proxy) =>
        (header[12] & 15, header[13] >> 4) switch
        {
            (0, _) => proxy,
            (1, 1) when header.Length >= Fixed + 12 => new IPAddress(header.Slice(Fixed, 4)),
            (1, 2) when header.Length >= Fixed + 36 => new IPAddress(header.Slice(Fixed, 16)),
            // The proxy does not know the family, and so speaks for itself.
            (1, 0) => proxy,
            _ => null,
        };
}
