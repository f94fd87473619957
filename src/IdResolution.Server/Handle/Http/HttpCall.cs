using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary>One request of the HTTP JSON interface, with what was found out about its sender.</summary>
/// <param name="context">The HTTP request.</param>
/// <param name="operation">The operation that the request asks for.</param>
/// <param name="handle">The decoded rest of the path: a handle, a prefix or a user. Empty for none.</param>
/// <param name="parameters">The parameters of the request.</param>
internal sealed class HttpCall(HttpContext context, OpCode operation, string handle, HttpParameters parameters)
{
    public HttpContext Context => context;

    public OpCode Operation => operation;

    /// <summary>The decoded rest of the path: a handle, a prefix or a user. Empty for none.</summary>
    public string Handle => handle;

    public HttpParameters Parameters => parameters;

    /// <summary>The name of the JSONP function that gets the answer; null for plain JSON.</summary>
    public string? Callback { get; init; }

    /// <summary>True if the answer is indented.</summary>
    public bool Pretty { get; init; }

    /// <summary>The JSON body with credentials, or null.</summary>
    public JsonElement? Credentials { get; set; }

    /// <summary>The proved identity of the sender, or null.</summary>
    public HandleIdentity? Identity
    {
        get;
        set => field = value?.From(Sender);
    }

    /// <summary>The anonymous caller where the request comes from, for the audit log.</summary>
    public Caller Sender => field ??= CallOrigin.Of(context, Core.Access.Caller.Anonymous);

    /// <summary>Who sent the request, for the audit log: the identity, or nobody in particular.</summary>
    public Caller Caller => Identity?.Caller ?? Sender;

    /// <summary>The session of the request, or null.</summary>
    public HttpSession? Session { get; set; }

    /// <summary>Cancels when the client goes away.</summary>
    public CancellationToken Aborted => context.RequestAborted;
}
