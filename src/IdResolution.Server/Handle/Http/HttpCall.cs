using System.Text.Json;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Http;

/// <summary>One request and what is known about who sent it, until it is answered.</summary>
/// <param name="context">The request.</param>
/// <param name="operation">The operation that it comes to.</param>
/// <param name="handle">What its path names after the call, decoded; empty for none.</param>
/// <param name="parameters">Its parameters.</param>
internal sealed class HttpCall(HttpContext context, OpCode operation, string handle, HttpParameters parameters)
{
    /// <summary>The request.</summary>
    public HttpContext Context => context;

    /// <summary>The operation that it comes to.</summary>
    public OpCode Operation => operation;

    /// <summary>What its path names after the call: a handle, a prefix, a user.</summary>
    public string Handle => handle;

    /// <summary>Its parameters.</summary>
    public HttpParameters Parameters => parameters;

    /// <summary>The function that a script wants its answer given to, or null.</summary>
    public string? Callback { get; init; }

    /// <summary>Whether the answer is indented.</summary>
    public bool Pretty { get; init; }

    /// <summary>A body with credentials, or null.</summary>
    public JsonElement? Credentials { get; set; }

    /// <summary>Who has proved to send it, or null.</summary>
    public HandleIdentity? Identity { get; set; }

    /// <summary>The session it belongs to, or null.</summary>
    public HttpSession? Session { get; set; }

    /// <summary>Cancels when the client goes away.</summary>
    public CancellationToken Aborted => context.RequestAborted;
}
