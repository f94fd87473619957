using System.Buffers;

namespace Grpc.Core;

/// <summary>Keeps the payload as an array.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;

    /// <summary>The payload of the completed context.</summary>
    public byte[] Payload => _payload ?? throw new InvalidOperationException("The serializer did not complete the context.");

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ThrowIfComplete();
        _payload = payload;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        ThrowIfComplete();
        return _writer ??= new ArrayBufferWriter<byte>();
    }

    // Only a hint to whoever allocates; an array grows.
    public override void SetPayloadLength(int payloadLength)
    {
    }

    public override void Complete()
    {
        ThrowIfComplete();
        _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
    }

    private void ThrowIfComplete()
    {
        if (_payload is not null)
        {
            throw new InvalidOperationException("The context is complete.");
        }
    }
}
