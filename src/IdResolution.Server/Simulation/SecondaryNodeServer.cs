using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.Json;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace IdResolution.Server.Simulation;

/// <summary>
/// Serves a simulated secondary node over HTTP: the calls of the protocol, and below <c>/simulator/</c> those that
/// control it. Disposing it closes the port; the node stays as it is, and may be served again.
/// </summary>
internal sealed class SecondaryNodeServer : IAsyncDisposable
{
    private const string Json = "application/json;charset=UTF-8";
    private const string Scheme = "Bearer ";

    // A batch of 2,000 identifiers with 60 values each.
    private const long LongestBody = 64 << 20;

    // A user name, a password, and what else a caller may add. Whoever asks needs no token.
    private const long LongestLogIn = 16_384;

    private static readonly Dictionary<(string Path, string Method), SnmsCall> s_calls = SnmsCalls.All.ToDictionary(
        call => (call.Path, call.Method)
    );

    private readonly SecondaryNode _node;
    private readonly ControlApi _control;
    private readonly WebApplication _app;

    // Asked for once: it may be disposed twice, and services are gone then.
    private readonly IHostApplicationLifetime _life;

    private SecondaryNodeServer(SecondaryNode node, WebApplication app) =>
        (_node, _control, _app, _life) = (node, new ControlApi(node), app, app.Lifetime);

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; private set; } = null!;

    /// <summary>The address that clients are given.</summary>
    public Uri Address => new($"http://{EndPoint}");

    /// <summary>Starts to serve a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="endPoint">Where; port 0 picks a free one. Null is that on the loopback.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<SecondaryNodeServer> StartAsync(
        SecondaryNode node,
        IPEndPoint? endPoint = null,
        CancellationToken cancellationToken = default
    )
    {
        // Empty: no settings, no files and no log of the machine's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = LongestBody;
                kestrel.Listen(endPoint ?? new IPEndPoint(IPAddress.Loopback, 0));
            });
        var app = builder.Build();
        var server = new SecondaryNodeServer(node, app);
        app.Run(server.AnswerAsync);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        var uri = new Uri(bound.Addresses.First());
        server.EndPoint = new IPEndPoint(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);
        return server;
    }

    /// <summary>Closes the port and cuts what is under way.</summary>
    public ValueTask DisposeAsync()
    {
        _life.StopApplication();
        return _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.StartsWith(ControlApi.Root, StringComparison.Ordinal))
        {
            await _control.AnswerAsync(context);
        }
        else if (s_calls.TryGetValue((path, context.Request.Method), out var call))
        {
            await AnswerAsync(context, call);
        }
        else
        {
            context.Response.StatusCode = s_calls.Keys.Any(key => key.Path == path)
                ? StatusCodes.Status405MethodNotAllowed
                : StatusCodes.Status404NotFound;
        }
    }

    private async Task AnswerAsync(HttpContext context, SnmsCall call)
    {
        if (_node.Begin(call) is not { } began)
        {
            context.Abort();
            return;
        }
        var token = TokenOf(context);
        var done = _node.Do(call, await ReadAsync(context, call, token), token, began);
        try
        {
            // A caller who gives up meanwhile changes nothing: the work is done.
            await Task.Delay(done.Wait, _node.Clock, _life.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            return;
        }
        finally
        {
            // Before the answer: when the caller has it, it may send the next call.
            _node.End(done.Seen);
        }
        if (done.Instead is { } fault)
        {
            Fail(context, fault);
        }
        else
        {
            await WriteAsync(context, done.Reply!);
        }
    }

    /// <summary>Answers as the fault says, and not what was done.</summary>
    private static void Fail(HttpContext context, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.DropAfterSuccess:
                context.Abort();
                break;
            case FaultKind.Status504AfterSuccess:
                context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
                break;
            case FaultKind.Http503:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter = (fault.RetryAfter ?? 1).ToString(CultureInfo.InvariantCulture);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
        }
    }

    /// <summary>Reads a call; nothing of one whose token does not hold.</summary>
    private Task<ReadCall> ReadAsync(HttpContext context, SnmsCall call, string? token)
    {
        if (call.IsLogIn)
        {
            BodyBound.Set(context, LongestLogIn);
        }
        return call.IsLogIn || _node.Knows(token) ? call.ReadAsync(context.Request) : Task.FromResult(ReadCall.Nothing);
    }

    private static string? TokenOf(HttpContext context) =>
        context.Request.Headers.Authorization is [{ } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;

    private static Task WriteAsync(HttpContext context, Reply reply)
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(output, SnmsJson.Plain))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, reply.Message);
            json.WriteNumber("status"u8, reply.Status);
            json.WritePropertyName("data"u8);
            if (reply.WriteData is null)
            {
                json.WriteNullValue();
            }
            else
            {
                reply.WriteData(json);
            }
            json.WriteEndObject();
        }
        // Nobody but a test asks: no caller has a share.
        return BytesAnswer.WriteAsync(context, StatusCodes.Status200OK, Json, output.WrittenMemory, isCounted: false);
    }
}
