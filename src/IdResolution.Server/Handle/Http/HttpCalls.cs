using IdResolution.Core.Coherence;

namespace IdResolution.Server.Handle.Http;

/// <summary>The calls of the interface by route. Thread-safe.</summary>
internal sealed class HttpCalls(
    HandleCalls handles,
    ListCalls lists,
    ServerCalls server,
    SessionCalls sessions,
    LogFollower tail
)
{
    /// <summary>Answers a call of whoever it comes from.</summary>
    public async Task<HttpReply> AnswerAsync(HttpCall call) =>
        call.Route switch
        {
            HttpRoute.Handle => await handles.AnswerAsync(call),
            HttpRoute.Handles => await lists.AnswerAsync(call),
            HttpRoute.Prefixes => server.Prefixes(call),
            HttpRoute.Prefix => await server.HomeAsync(call),
            HttpRoute.Verification => await server.VerifyAsync(call),
            _ => server.Site(),
        };

    /// <summary>Answers a call that is about a session, and so says itself who makes it.</summary>
    public async Task<HttpReply> SessionAsync(HttpCall call) => await sessions.AnswerAsync(call);

    /// <summary>Says that an answer may be old.</summary>
    public void MarkStale(HttpResponse response) => HttpAnswers.MarkStale(response, tail);
}
