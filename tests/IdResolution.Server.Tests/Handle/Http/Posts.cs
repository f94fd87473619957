using System.Net.Http.Headers;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>Messages of the Handle protocol as bodies of POST requests.</summary>
internal static class Posts
{
    public const string MediaType = "application/x-hdl-message";

    /// <summary>Posts a message, on a connection of its own, and gives the messages of the answer.</summary>
    public static async Task<List<HandleMessage>> SendAsync(TestNode server, byte[] message)
    {
        var answer = await SendAsync(server, message, MediaType);
        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, MediaType)), answer.ToString());
        // Clients read right behind the headers.
        Assert.That(
            (answer.Header("Content-Length"), answer.Header("Transfer-Encoding")),
            Is.EqualTo(($"{answer.Body.Length}", (string?)null))
        );
        var messages = new List<HandleMessage>();
        for (var rest = answer.Body.AsMemory(); !rest.IsEmpty; )
        {
            Assert.That(Envelope.TryRead(rest.Span, out var envelope), Is.True);
            var end = MessageLimits.EnvelopeLength + (int)envelope.MessageLength;
            Assert.That(
                HandleMessage.TryParse(envelope, rest[MessageLimits.EnvelopeLength..end], out var parsed),
                Is.True
            );
            messages.Add(parsed!);
            rest = rest[end..];
        }
        return messages;
    }

    /// <summary>Posts bytes as what they are said to be.</summary>
    public static async Task<Answer> SendAsync(TestNode server, byte[] body, string? mediaType, string path = "/")
    {
        using var client = new HttpClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        using var response = await client.PostAsync(new Uri($"http://{server.EndPoint}{path}"), content);
        return await Answer.OfAsync(response);
    }
}
