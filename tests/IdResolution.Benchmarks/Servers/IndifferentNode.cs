using System.Buffers;
using System.Text.Json;
using IdResolution.Server.Snms;
using IdResolution.Server.SnmsWire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdResolution.Benchmarks.Servers;

/// <summary>
/// A secondary node that says of every item that it was done, and stores nothing. While it is held, it takes
/// connections and requests and answers nobody.
/// </summary>
internal sealed class IndifferentNode : IAsyncDisposable
{
    private static readonly byte[] s_loggedIn =
        """{"message":"success","status":1,"data":{"token":"any"}}"""u8.ToArray();

    private readonly WebApplication _app;
    private readonly Action<SecondaryCall>? _onCall;
    private readonly Action<string>? _onItem;
    private readonly CancellationTokenSource _stop = new();
    private volatile TaskCompletionSource? _held;
    private long _taken;

    private IndifferentNode(WebApplication app, Action<SecondaryCall>? onCall, Action<string>? onItem) =>
        (_app, _onCall, _onItem) = (app, onCall, onItem);

    /// <summary>Where it listens.</summary>
    public string Url =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>How many items it answered.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Starts one.</summary>
    /// <param name="onCall">Hears of every call but log-ins, before it is answered.</param>
    /// <param name="onItem">Hears of every item, before the answer is sent.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<IndifferentNode> StartAsync(
        Action<SecondaryCall>? onCall = null,
        Action<string>? onItem = null,
        CancellationToken cancellationToken = default
    )
    {
        var builder = BareKestrel.Create(HttpProtocols.Http1);
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = 64 << 20);
        var node = new IndifferentNode(builder.Build(), onCall, onItem);
        node._app.Run(node.AnswerAsync);
        await node._app.StartAsync(cancellationToken);
        return node;
    }

    /// <summary>Answers nobody from now on.</summary>
    public void Hold() => _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers those who wait, and everybody.</summary>
    public void Release() => Interlocked.Exchange(ref _held, null)?.SetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        if (_held is { } held)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
            await held.Task.WaitAsync(stop.Token);
        }
        if (request.Path.StartsWithSegments(SnmsPaths.Token))
        {
            await context.Response.Body.WriteAsync(s_loggedIn);
            return;
        }
        _onCall?.Invoke(new SecondaryCall(request.Method, request.Path + request.QueryString, body.ToArray()));
        var answer = new ArrayBufferWriter<byte>(64 << 10);
        using (var json = new Utf8JsonWriter(answer))
        {
            var isOfItems = request.Path.StartsWithSegments(SnmsPaths.Data);
            SnmsHttp.WriteEnvelope(
                json,
                SnmsStatus.Success,
                "success",
                isOfItems ? json => WriteItems(json, body.GetBuffer().AsSpan(0, (int)body.Length)) : null
            );
        }
        await context.Response.Body.WriteAsync(answer.WrittenMemory);
    }

    private void WriteItems(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        json.WriteStartArray();
        while (reader.Read())
        {
            // The members of an item: an object within a list.
            if (
                reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 2 }
                && reader.ValueTextEquals("handle"u8)
            )
            {
                reader.Read();
                var handle = reader.GetString()!;
                json.WriteStartObject();
                json.WriteString("handle"u8, handle);
                json.WriteString("msg"u8, "success"u8);
                json.WriteEndObject();
                Interlocked.Increment(ref _taken);
                _onItem?.Invoke(handle);
            }
        }
        json.WriteEndArray();
    }
}
