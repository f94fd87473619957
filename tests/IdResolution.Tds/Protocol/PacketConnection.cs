using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace IdResolution.Tds.Protocol;

/// <summary>
/// Messages over a socket, in TLS from its first byte (TDS 8.0) or in the clear, cut into packets of the negotiated
/// size.
/// </summary>
internal sealed class PacketConnection(Socket socket) : IDisposable
{
    private const int HeaderLength = 8;
    private const byte EndOfMessage = 0x01;
    private const int LargestMessage = 256 * 1024 * 1024;
    private const byte TlsHandshake = 0x16;

    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private readonly byte[] _header = new byte[HeaderLength];

    public int PacketSize { get; set; } = 4096;

    /// <summary>Shakes hands where the client begins with TLS.</summary>
    public async Task SecureAsync(X509Certificate2 certificate, CancellationToken cancellation)
    {
        if (
            await socket.ReceiveAsync(_header.AsMemory(0, 1), SocketFlags.Peek, cancellation) == 1
            && _header[0] == TlsHandshake
        )
        {
            var secure = new SslStream(_stream);
            _stream = secure;
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ApplicationProtocols = [new SslApplicationProtocol("tds/8.0")],
                },
                cancellation
            );
        }
    }

    /// <summary>The next message; null when the client has gone.</summary>
    public async Task<Message?> ReadAsync(CancellationToken cancellation)
    {
        using var payload = new MemoryStream();
        var status = (byte)0;
        while (true)
        {
            if (
                await _stream.ReadAtLeastAsync(_header, HeaderLength, throwOnEndOfStream: false, cancellation)
                < HeaderLength
            )
            {
                return null;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)) - HeaderLength;
            if (length < 0 || payload.Length + length > LargestMessage)
            {
                throw new InvalidDataException("A packet's length is out of bounds.");
            }

            status |= _header[1];
            var packet = new byte[length];
            var type = (PacketType)_header[0];
            await _stream.ReadExactlyAsync(packet, cancellation);
            payload.Write(packet);
            if ((status & EndOfMessage) != 0)
            {
                return new Message(type, status, payload.ToArray());
            }
        }
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var room = PacketSize - HeaderLength;
        var packets = Math.Max(1, (payload.Length + room - 1) / room);
        for (var index = 0; index < packets; index++)
        {
            var part = payload.Slice(index * room, Math.Min(room, payload.Length - (index * room)));
            var packet = new byte[HeaderLength + part.Length];
            packet[0] = (byte)PacketType.Response;
            packet[1] = index == packets - 1 ? EndOfMessage : (byte)0;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[6] = (byte)(index + 1);
            part.CopyTo(packet.AsMemory(HeaderLength));
            await _stream.WriteAsync(packet, cancellation);
        }
    }

    public void Dispose() => _stream.Dispose();
}
