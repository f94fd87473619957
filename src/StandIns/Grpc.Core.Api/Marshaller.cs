namespace Grpc.Core;

/// <summary>Turns messages into bytes and back. Made from either pair of functions, it offers both.</summary>
/// <typeparam name="T">The messages.</typeparam>
public class Marshaller<T>
{
    /// <summary>Makes a marshaller from functions on arrays.</summary>
    /// <param name="serializer">Turns a message into bytes.</param>
    /// <param name="deserializer">Turns bytes into a message.</param>
    /// <exception cref="ArgumentNullException">A function is missing.</exception>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        Serializer = serializer;
        Deserializer = deserializer;
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Makes a marshaller from functions on contexts, which need not copy.</summary>
    /// <param name="serializer">Writes a message and completes the context.</param>
    /// <param name="deserializer">Reads a message.</param>
    /// <exception cref="ArgumentNullException">A function is missing.</exception>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
        Serializer = message =>
        {
            var context = new ArraySerializationContext();
            serializer(message, context);
            return context.Payload;
        };
        Deserializer = payload => deserializer(new ArrayDeserializationContext(payload));
    }

    /// <summary>Turns a message into bytes.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>Turns bytes into a message.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>Writes a message to a context and completes it.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>Reads a message from a context.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
