using System.Buffers;

namespace Grpc.Core;

/// <summary>Gives the payload of one message.</summary>
public abstract class DeserializationContext
{
    /// <summary>The length of the payload in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>Gets the payload as an array that belongs to whoever asks.</summary>
    /// <exception cref="NotImplementedException">The implementation does not offer this.</exception>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotImplementedException();

    /// <summary>Gets the payload without a copy; valid only while the message is being read.</summary>
    /// <exception cref="NotImplementedException">The implementation does not offer this.</exception>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotImplementedException();
}
