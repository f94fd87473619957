using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using IdResolution.Server.Tests.Grpc.Hostile;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>
/// Unary calls as the bytes of HTTP/2 that they are (gRPC over HTTP2), for tests of ours that need no library.
/// </summary>
internal sealed class RawGrpc(IPEndPoint endPoint) : IDisposable
{
    private readonly HttpClient _client = new()
    {
        BaseAddress = new Uri($"http://{endPoint}"),
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>
    /// Calls a method, such as <c>idresolution.v1.Resolver/Resolve</c>, and gives the answer as it came.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(string method, IMessage request, string? key = null)
    {
        using var content = Frame(request.ToByteArray());
        return await SendAsync(HttpMethod.Post, "/" + method, content, key);
    }

    /// <summary>
    /// Calls a method with any bytes for a message; gives the status and the body, with the prefix of five bytes.
    /// </summary>
    public async Task<(string? Status, byte[] Body)> SendBytesAsync(
        string method,
        byte[] message,
        string? key = null,
        params (string Name, string Value)[] headers
    )
    {
        using var content = Frame(message, compressed: headers.Any(h => h.Name == "grpc-encoding"));
        using var response = await SendAsync(HttpMethod.Post, "/" + method, content, key, headers);
        return (StatusOf(response), await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Sends any request over HTTP/2.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod verb,
        string path,
        HttpContent? content = null,
        string? key = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(verb, path)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return await _client.SendAsync(request);
    }

    /// <summary>Calls a method that answers.</summary>
    public async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser, string? key = null)
        where T : IMessage<T>
    {
        using var response = await SendAsync(method, request, key);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.That(StatusOf(response), Is.EqualTo("0"), response.ToString());
        Assert.That(body[0], Is.Zero, "This client takes no compressed messages.");
        return parser.ParseFrom(body.AsSpan(5));
    }

    /// <summary>
    /// The status, which is in the headers of an answer without messages; null where the answer is none of gRPC's.
    /// </summary>
    public static string? StatusOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("grpc-status", out var status)
        || response.TrailingHeaders.TryGetValues("grpc-status", out status)
            ? status.Single()
            : null;

    public void Dispose() => _client.Dispose();

    private static ByteArrayContent Frame(byte[] message, bool compressed = false) =>
        new(Http2Peer.Message(message, compressed ? (byte)1 : (byte)0))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") },
        };
}
