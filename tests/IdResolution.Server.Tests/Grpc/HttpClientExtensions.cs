using System.Net;
using System.Net.Http.Headers;
using IdResolution.Server.Tests.Grpc.Hostile;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>A gRPC call in its plainest form, for tests that need no client library.</summary>
internal static class HttpClientExtensions
{
    /// <summary>Sends one message; gives the status and the body of the answer, its message with the prefix of five bytes.</summary>
    public static async Task<(string? Status, byte[] Body)> UnaryAsync(
        this HttpClient client, IPEndPoint endPoint, string path, byte[] message, bool compressed = false, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{endPoint}{path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Http2Peer.Message(message, compressed ? (byte)1 : (byte)0)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (compressed)
        {
            request.Headers.Add("grpc-encoding", "gzip");
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var status = response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing : response.Headers.TryGetValues("grpc-status", out var leading) ? leading : [];
        return (status.SingleOrDefault(), body);
    }
}
