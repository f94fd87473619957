using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// Makes single gRPC calls and gives their answers as they went over the wire: what is compared is bytes.
/// </summary>
internal static class GrpcClient
{
    private const int HeadLength = 5;

    /// <summary>A message as it stands in a call's body: uncompressed, its length before it.</summary>
    public static byte[] Frame(IMessage message)
    {
        var frame = new byte[HeadLength + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - HeadLength);
        message.WriteTo(frame.AsSpan(HeadLength));
        return frame;
    }

    /// <summary>The bytes of each message of a body.</summary>
    public static List<byte[]> Messages(ReadOnlySpan<byte> body)
    {
        var messages = new List<byte[]>();
        while (body.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body[1..]);
            messages.Add(body.Slice(HeadLength, length).ToArray());
            body = body[(HeadLength + length)..];
        }
        return messages;
    }

    /// <summary>
    /// The whole body of an answer; one without the status 200 and the trailer <c>grpc-status: 0</c> is an error.
    /// </summary>
    public static async Task<byte[]> AskAsync(
        IPEndPoint server,
        string method,
        byte[] body,
        string? key,
        CancellationToken cancellationToken
    )
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server}{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/grpc") } },
        };
        request.Headers.TE.Add(new("trailers"));
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }
        using var answer = await client.SendAsync(request, cancellationToken);
        var answered = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = answer.TrailingHeaders.TryGetValues("grpc-status", out var values)
            ? string.Join(",", values)
            : "missing";
        return answer.StatusCode == HttpStatusCode.OK && status == "0"
            ? answered
            : throw new InvalidOperationException(
                $"{method} was answered with {(int)answer.StatusCode}, grpc-status {status}."
            );
    }
}
