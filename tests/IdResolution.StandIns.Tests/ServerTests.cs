using System.Net;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IdResolution.StandIns.Tests;

/// <summary>The real server over the stand-ins, asked in frames made by hand.</summary>
[TestFixture]
[CancelAfter(30_000)]
public sealed class ServerTests
{
    private static readonly Method<string, string> ProtocolMethod = new(
        MethodType.Unary, "test.Defined", "Protocol", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private WebApplication _server = null!;
    private HttpClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        _server = builder.Build();
        _server.MapGrpcService<Words>();
        _server.MapGrpcService(ServerServiceDefinition.CreateBuilder().AddMethod(ProtocolMethod, Protocol).Build());
        await _server.StartAsync();
        _client = new HttpClient
        {
            BaseAddress = new Uri(_server.Urls.Single()),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Unary_Call_IsAnswered(CancellationToken cancellationToken)
    {
        var answer = await Call("/test.Words/Greet", ["world"], cancellationToken);

        Assert.That(answer.Messages, Is.EqualTo(new[] { "hello world" }));
        Assert.That(answer.Status, Is.EqualTo("0"));
    }

    [Test]
    public async Task Unary_RpcException_BecomesStatusAndTrailers(CancellationToken cancellationToken)
    {
        var answer = await Call("/test.Words/Greet", ["nobody"], cancellationToken);

        Assert.That(answer.Messages, Is.Empty);
        Assert.That(answer.Status, Is.EqualTo("5"));
        Assert.That(answer.Reason, Is.EqualTo("AQI="));
    }

    [Test]
    public async Task Duplex_Call_IsAnsweredPerMessage(CancellationToken cancellationToken)
    {
        var answer = await Call("/test.Words/Chat", ["a", "b"], cancellationToken);

        Assert.That(answer.Messages, Is.EqualTo(new[] { "re: a", "re: b" }));
        Assert.That(answer.Status, Is.EqualTo("0"));
    }

    [Test]
    public async Task Definition_Mapped_IsAnsweredAndKnowsItsHttpContext(CancellationToken cancellationToken)
    {
        var answer = await Call(ProtocolMethod.FullName, ["?"], cancellationToken);

        Assert.That(answer.Messages, Is.EqualTo(new[] { "HTTP/2" }));
        Assert.That(answer.Status, Is.EqualTo("0"));
    }

    private static Task<string> Protocol(string request, ServerCallContext context) => Task.FromResult(context.GetHttpContext().Request.Protocol);

    // A length-prefixed message is a flag, four bytes of length, and the message (the gRPC protocol over HTTP/2).
    private async Task<Answer> Call(string path, string[] messages, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([.. messages.SelectMany(message => new byte[] { 0, 0, 0, 0, (byte)message.Length }.Concat(Encoding.UTF8.GetBytes(message)))]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        using var response = await _client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        List<string> read = [];
        for (var at = 0; at < body.Length; at += 5 + body[at + 4])
        {
            read.Add(Encoding.UTF8.GetString(body, at + 5, body[at + 4]));
        }

        // A call that fails before its first message ends with the headers.
        var end = response.TrailingHeaders.Contains("grpc-status") ? response.TrailingHeaders : response.Headers;
        return new Answer(read, end.GetValues("grpc-status").Single(), end.TryGetValues("reason-bin", out var reason) ? reason.Single() : null);
    }

    private sealed record Answer(IReadOnlyList<string> Messages, string Status, string? Reason);

    /// <summary>Bound as generated code binds a service.</summary>
    [BindServiceMethod(typeof(WordsBase), nameof(Bind))]
    internal abstract class WordsBase
    {
        private static readonly Method<string, string> GreetMethod = MethodOf(MethodType.Unary, "Greet");
        private static readonly Method<string, string> ChatMethod = MethodOf(MethodType.DuplexStreaming, "Chat");

        public static void Bind(ServiceBinderBase binder, WordsBase? service)
        {
            binder.AddMethod(GreetMethod, service is null ? null : new UnaryServerMethod<string, string>(service.Greet));
            binder.AddMethod(ChatMethod, service is null ? null : new DuplexStreamingServerMethod<string, string>(service.Chat));
        }

        public abstract Task<string> Greet(string request, ServerCallContext context);

        public abstract Task Chat(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context);

        private static Method<string, string> MethodOf(MethodType type, string name)
            => new(type, "test.Words", name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);
    }

    internal sealed class Words : WordsBase
    {
        public override Task<string> Greet(string request, ServerCallContext context) => request == "nobody"
            ? throw new RpcException(new Status(StatusCode.NotFound, "no"), new Metadata { { "reason-bin", [1, 2] } })
            : Task.FromResult($"hello {request}");

        public override async Task Chat(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context)
        {
            await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
            {
                await responses.WriteAsync($"re: {request}", context.CancellationToken);
            }
        }
    }
}
