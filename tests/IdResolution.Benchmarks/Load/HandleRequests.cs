using System.Buffers;
using IdResolution.Benchmarks.Data;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Benchmarks.Load;

/// <summary>Resolution requests as Handle clients send them: all public values, no credential.</summary>
internal static class HandleRequests
{
    private const OpFlags Usual = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly;

    // Envelope, header, length of the handle; then prefix and letter.
    private static readonly int s_digits =
        MessageLimits.EnvelopeLength + MessageLimits.HeaderLength + 4 + HandleData.Handle(0).Length - HandleData.Digits;

    /// <summary>A request for a handle.</summary>
    public static byte[] Resolve(int number) =>
        Of(OpCode.Resolution, new ResolutionRequest(HandleData.Handle(number), [], []).Write);

    /// <summary>Any request.</summary>
    public static byte[] Of(OpCode operation, BodyWriter write)
    {
        var body = new ArrayBufferWriter<byte>();
        write(new WireWriter(body));
        var output = new ArrayBufferWriter<byte>();
        var envelope = new Envelope
        {
            Version = ProtocolVersion.Current,
            Suggested = ProtocolVersion.Current,
            RequestId = 1,
        };
        HandleMessage.Write(
            output,
            envelope,
            new MessageHeader
            {
                OpCode = operation,
                Flags = Usual,
                SiteSerial = MessageHeader.UnknownSiteSerial,
            },
            body.WrittenSpan
        );
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Names another handle in a request.</summary>
    public static void Name(byte[] request, int number)
    {
        for (var i = HandleData.Digits - 1; i >= 0; i--, number /= 10)
        {
            request[s_digits + i] = (byte)('0' + (number % 10));
        }
    }
}
