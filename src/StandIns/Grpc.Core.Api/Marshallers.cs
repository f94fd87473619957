using System.Text;

namespace Grpc.Core;

/// <summary>Makes marshallers.</summary>
public static class Marshallers
{
    /// <summary>Messages that are strings, as UTF-8.</summary>
    public static Marshaller<string> StringMarshaller { get; } = new(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    /// <summary>Makes a marshaller from functions on arrays.</summary>
    /// <typeparam name="T">The messages.</typeparam>
    /// <param name="serializer">Turns a message into bytes.</param>
    /// <param name="deserializer">Turns bytes into a message.</param>
    /// <exception cref="ArgumentNullException">A function is missing.</exception>
    public static Marshaller<T> Create<T>(Func<T, byte[]> serializer, Func<byte[], T> deserializer) => new(serializer, deserializer);

    /// <summary>Makes a marshaller from functions on contexts, which need not copy.</summary>
    /// <typeparam name="T">The messages.</typeparam>
    /// <param name="serializer">Writes a message and completes the context.</param>
    /// <param name="deserializer">Reads a message.</param>
    /// <exception cref="ArgumentNullException">A function is missing.</exception>
    public static Marshaller<T> Create<T>(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
        => new(serializer, deserializer);
}
