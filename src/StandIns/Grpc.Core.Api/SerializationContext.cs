using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Takes the payload of one message: either all at once (<see cref="Complete(byte[])" />), or through a writer and then
/// <see cref="Complete()" />.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Takes the whole payload, which must not be changed afterwards.</summary>
    /// <param name="payload">The payload.</param>
    /// <exception cref="NotImplementedException">The implementation does not offer this.</exception>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>Gets the writer for the payload.</summary>
    /// <exception cref="NotImplementedException">The implementation does not offer this.</exception>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Says how long the payload will be, before anything is written; optional.</summary>
    /// <param name="payloadLength">The length in bytes.</param>
    /// <exception cref="NotImplementedException">The implementation does not offer this.</exception>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotImplementedException();

    /// <summary>Says that the payload is written.</summary>
    /// <exception cref="NotImplementedException">The implementation does not offer this.</exception>
    public virtual void Complete() => throw new NotImplementedException();
}
