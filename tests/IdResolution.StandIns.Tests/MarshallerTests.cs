using System.Buffers;
using System.Text;
using Grpc.Core;

namespace IdResolution.StandIns.Tests;

[TestFixture]
public sealed class MarshallerTests
{
    [Test]
    public void StringMarshaller_Text_IsUtf8()
    {
        var marshaller = Marshallers.StringMarshaller;

        Assert.Multiple(() =>
        {
            Assert.That(marshaller.Serializer("标识"), Is.EqualTo("标识"u8.ToArray()));
            Assert.That(marshaller.Deserializer("标识"u8.ToArray()), Is.EqualTo("标识"));
        });
    }

    [Test]
    public void Create_FromArrays_OffersContexts()
    {
        var marshaller = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
        var written = new WrittenContext();
        marshaller.ContextualSerializer("abc", written);

        Assert.Multiple(() =>
        {
            Assert.That(written.Payload, Is.EqualTo("abc"u8.ToArray()));
            Assert.That(marshaller.ContextualDeserializer(new GivenContext("abc"u8.ToArray())), Is.EqualTo("abc"));
        });
    }

    [Test]
    public void Create_FromContextsWithAWriter_OffersArrays()
    {
        var marshaller = Marshallers.Create(
            (string message, SerializationContext context) =>
            {
                context.SetPayloadLength(Encoding.UTF8.GetByteCount(message));
                context.GetBufferWriter().Write(Encoding.UTF8.GetBytes(message));
                context.Complete();
            },
            context => $"{context.PayloadLength}:{Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence())}");

        Assert.Multiple(() =>
        {
            Assert.That(marshaller.Serializer("abc"), Is.EqualTo("abc"u8.ToArray()));
            Assert.That(marshaller.Serializer(""), Is.Empty);
            Assert.That(marshaller.Deserializer("abc"u8.ToArray()), Is.EqualTo("3:abc"));
        });
    }

    [Test]
    public void Create_FromContextsWithAnArray_OffersArrays()
    {
        var marshaller = Marshallers.Create<byte[]>((message, context) => context.Complete(message), context => context.PayloadAsNewBuffer());
        byte[] payload = [1, 2];
        var read = marshaller.Deserializer(payload);

        Assert.Multiple(() =>
        {
            Assert.That(marshaller.Serializer(payload), Is.EqualTo(payload));
            Assert.That(read, Is.EqualTo(payload));
            Assert.That(read, Is.Not.SameAs(payload));
        });
    }

    [Test]
    public void Serializer_ContextNotCompletedOrTwice_Throws()
    {
        var never = Marshallers.Create<string>((_, _) => { }, _ => "");
        var twice = Marshallers.Create<string>(
            (_, context) =>
            {
                context.Complete([]);
                context.Complete();
            },
            _ => "");

        Assert.Multiple(() =>
        {
            Assert.That(() => never.Serializer("x"), Throws.InvalidOperationException);
            Assert.That(() => twice.Serializer("x"), Throws.InvalidOperationException);
        });
    }

    [Test]
    public void Create_FunctionMissing_Throws()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new Marshaller<string>(null!, Encoding.UTF8.GetString), Throws.ArgumentNullException);
            Assert.That(() => new Marshaller<string>(Encoding.UTF8.GetBytes, null!), Throws.ArgumentNullException);
        });
    }

    [Test]
    public void Contexts_NotOverridden_SayNotImplemented()
    {
        var context = new BareContext();

        Assert.Multiple(() =>
        {
            Assert.That(() => context.Complete([]), Throws.TypeOf<NotImplementedException>());
            Assert.That(() => context.Complete(), Throws.TypeOf<NotImplementedException>());
            Assert.That(() => context.SetPayloadLength(1), Throws.TypeOf<NotImplementedException>());
            Assert.That(() => context.GetBufferWriter(), Throws.TypeOf<NotImplementedException>());
            Assert.That(() => new GivenContext([]).PayloadAsReadOnlySequence(), Throws.TypeOf<NotImplementedException>());
        });
    }

    [Test]
    public void Method_FullName_IsThePath()
    {
        var method = new Method<string, string>(
            MethodType.DuplexStreaming, "a.B", "C", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        Assert.Multiple(() =>
        {
            Assert.That(method.FullName, Is.EqualTo("/a.B/C"));
            Assert.That(method.Type, Is.EqualTo(MethodType.DuplexStreaming));
            Assert.That(
                () => new Method<string, string>(MethodType.Unary, "a.B", "C", null!, Marshallers.StringMarshaller),
                Throws.ArgumentNullException);
        });
    }

    private sealed class BareContext : SerializationContext;

    private sealed class WrittenContext : SerializationContext
    {
        public byte[]? Payload { get; private set; }

        public override void Complete(byte[] payload) => Payload = payload;
    }

    private sealed class GivenContext(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => payload;
    }
}
