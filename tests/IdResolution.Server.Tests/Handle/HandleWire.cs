using System.Buffers;
using System.Net;
using System.Net.Sockets;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>A connection on which messages are sent as a test says, byte by byte.</summary>
internal sealed class HandleWire : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client = new();
    private int _requestId = 100;

    public NetworkStream Stream { get; private set; } = null!;

    /// <summary>Connects, from an address of loopback if one is given.</summary>
    public static async Task<HandleWire> ConnectAsync(IPEndPoint server, IPAddress? from = null)
    {
        var wire = new HandleWire();
        if (from is not null)
        {
            wire._client.Client.Bind(new IPEndPoint(from, 0));
        }
        await wire._client.ConnectAsync(server);
        wire.Stream = wire._client.GetStream();
        return wire;
    }

    /// <summary>Sends a request and reads its response.</summary>
    public async Task<HandleMessage> AskAsync(
        OpCode operation,
        BodyWriter body,
        OpFlags flags = OpFlags.PublicOnly,
        int sessionId = 0,
        ProtocolVersion? version = null
    )
    {
        await Stream.WriteAsync(Message(operation, body, flags, sessionId, version, ++_requestId));
        var answer = await ReadAsync() ?? throw new EndOfStreamException("No answer.");
        Assert.That(answer.Envelope.RequestId, Is.EqualTo(_requestId));
        return answer;
    }

    /// <summary>A request as bytes.</summary>
    public static byte[] Message(
        OpCode operation,
        BodyWriter body,
        OpFlags flags = OpFlags.PublicOnly,
        int sessionId = 0,
        ProtocolVersion? version = null,
        int requestId = 1
    )
    {
        var output = new ArrayBufferWriter<byte>();
        var content = new ArrayBufferWriter<byte>();
        body(new WireWriter(content));
        var spoken = version ?? ProtocolVersion.Current;
        var envelope = new Envelope
        {
            Version = spoken,
            Suggested = spoken,
            SessionId = sessionId,
            RequestId = requestId,
        };
        HandleMessage.Write(
            output,
            envelope,
            new MessageHeader
            {
                OpCode = operation,
                Flags = flags,
                SiteSerial = MessageHeader.UnknownSiteSerial,
            },
            content.WrittenSpan
        );
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A resolution of all public values.</summary>
    public static byte[] Resolution(string handle, int requestId = 1, OpFlags flags = OpFlags.PublicOnly) =>
        Message(OpCode.Resolution, new ResolutionRequest(handle, [], []).Write, flags, requestId: requestId);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await Stream.WriteAsync(bytes);

    /// <summary>Reads a message; null where the connection ends first.</summary>
    public async Task<HandleMessage?> ReadAsync()
    {
        if (await ReadBytesAsync() is not { } read)
        {
            return null;
        }
        Assert.That(HandleMessage.TryParse(read.Envelope, read.Message, out var parsed), Is.True);
        return parsed;
    }

    /// <summary>Reads what may be encrypted; null where the connection ends first.</summary>
    public async Task<(Envelope Envelope, byte[] Message)?> ReadBytesAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var head = new byte[MessageLimits.EnvelopeLength];
        try
        {
            if (
                await Stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, patience.Token)
                < head.Length
            )
            {
                return null;
            }
            Envelope.TryRead(head, out var envelope);
            var message = new byte[envelope.MessageLength];
            await Stream.ReadExactlyAsync(message, patience.Token);
            return (envelope, message);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
