using Grpc.Core;
using Grpc.Core.Interceptors;

namespace IdResolution.StandIns.Tests;

[TestFixture]
public sealed class CallTests
{
    [Test]
    public async Task Interceptor_NotOverridden_PassesCallsOn()
    {
        var interceptor = new PassingInterceptor();
        var unary = await interceptor.UnaryServerHandler<string, string>("a", null!, (request, _) => Task.FromResult(request + "1"));
        var clientStreaming = await interceptor.ClientStreamingServerHandler<string, string>(null!, null!, (_, _) => Task.FromResult("2"));
        var serverStreaming = new TaskCompletionSource().Task;
        var duplexStreaming = new TaskCompletionSource().Task;

        Assert.Multiple(() =>
        {
            Assert.That(unary, Is.EqualTo("a1"));
            Assert.That(clientStreaming, Is.EqualTo("2"));
            Assert.That(
                interceptor.ServerStreamingServerHandler<string, string>("a", null!, null!, (_, _, _) => serverStreaming),
                Is.SameAs(serverStreaming));
            Assert.That(
                interceptor.DuplexStreamingServerHandler<string, string>(null!, null!, null!, (_, _, _) => duplexStreaming),
                Is.SameAs(duplexStreaming));
        });
    }

    [Test]
    public void Binder_NotOverridden_SaysNotImplemented()
    {
        var binder = new BareBinder();
        var method = new Method<string, string>(MethodType.Unary, "a.B", "C", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        Assert.Multiple(() =>
        {
            Assert.That(() => binder.AddMethod(method, (UnaryServerMethod<string, string>?)null), Throws.TypeOf<NotImplementedException>());
            Assert.That(
                () => binder.AddMethod(method, (ClientStreamingServerMethod<string, string>?)null),
                Throws.TypeOf<NotImplementedException>());
            Assert.That(
                () => binder.AddMethod(method, (ServerStreamingServerMethod<string, string>?)null),
                Throws.TypeOf<NotImplementedException>());
            Assert.That(
                () => binder.AddMethod(method, (DuplexStreamingServerMethod<string, string>?)null),
                Throws.TypeOf<NotImplementedException>());
        });
    }

    [Test]
    public void Definition_MethodTwice_Throws()
    {
        var method = new Method<string, string>(MethodType.Unary, "a.B", "C", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        UnaryServerMethod<string, string> handler = (request, _) => Task.FromResult(request);
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(method, handler);

        Assert.That(() => builder.AddMethod(method, handler), Throws.ArgumentException);
    }

    [Test]
    public void AuthContext_PeerKnown_HasItsProperties()
    {
        byte[] name = [.. "a.example"u8];
        var property = AuthProperty.Create("name", name);
        name[0] = 0;
        var other = AuthProperty.Create("other", [1]);
        var context = new AuthContext("name", new() { ["name"] = [property], ["other"] = [other] });

        Assert.Multiple(() =>
        {
            Assert.That(property.Value, Is.EqualTo("a.example"));
            Assert.That(property.ValueBytes, Is.EqualTo("a.example"u8.ToArray()));
            Assert.That(context.IsPeerAuthenticated, Is.True);
            Assert.That(context.PeerIdentity, Is.EqualTo(new[] { property }));
            Assert.That(context.Properties, Is.EquivalentTo(new[] { property, other }));
            Assert.That(context.FindPropertiesByName("other"), Is.EqualTo(new[] { other }));
            Assert.That(context.FindPropertiesByName("third"), Is.Empty);
        });
    }

    [Test]
    public void AuthContext_PeerUnknown_HasNoIdentity()
    {
        var context = new AuthContext(null, new() { ["name"] = [AuthProperty.Create("name", [1])] });

        Assert.That(context.IsPeerAuthenticated, Is.False);
        Assert.That(context.PeerIdentity, Is.Empty);
    }

    [Test]
    public void ContextPropagationOptions_Default_TakesOverBoth()
    {
        Assert.Multiple(() =>
        {
            Assert.That(ContextPropagationOptions.Default.IsPropagateDeadline, Is.True);
            Assert.That(ContextPropagationOptions.Default.IsPropagateCancellation, Is.True);
            Assert.That(new ContextPropagationOptions(propagateDeadline: false).IsPropagateDeadline, Is.False);
            Assert.That(new ContextPropagationOptions(propagateCancellation: false).IsPropagateCancellation, Is.False);
        });
    }

    private sealed class PassingInterceptor : Interceptor;

    private sealed class BareBinder : ServiceBinderBase;
}
