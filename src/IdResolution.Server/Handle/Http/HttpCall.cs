using System.Text.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Http;

/// <summary>One request and what is known about who sent it, until it is answered.</summary>
/// <param name="context">The request.</param>
/// <param name="route">What it calls.</param>
/// <param name="handle">What its path names after the call, decoded; empty for none.</param>
/// <param name="parameters">Its parameters.</param>
internal sealed class HttpCall(HttpContext context, HttpRoute route, string handle, HttpParameters parameters)
{
    /// <summary>The request.</summary>
    public HttpContext Context => context;

    /// <summary>What it calls.</summary>
    public HttpRoute Route => route;

    /// <summary>What its path names after the call: a handle, a prefix, a user.</summary>
    public string Handle => handle;

    /// <summary>Its parameters.</summary>
    public HttpParameters Parameters => parameters;

    /// <summary>The method; HEAD is GET.</summary>
    public string Method => HttpMethods.IsHead(context.Request.Method) ? "GET" : context.Request.Method;

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

    /// <summary>The operation that it comes to.</summary>
    public OpCode Operation =>
        (route, Method) switch
        {
            (HttpRoute.Handles, _) => OpCode.ListHandles,
            (HttpRoute.Handle, "PUT") => parameters["index"].Count > 0 ? OpCode.AddValue : OpCode.CreateHandle,
            (HttpRoute.Handle, "DELETE") => parameters["index"].Count > 0 ? OpCode.RemoveValue : OpCode.DeleteHandle,
            (HttpRoute.Handle, _) => OpCode.Resolution,
            (HttpRoute.Prefixes, _) => OpCode.ListHomedPrefixes,
            (HttpRoute.Prefix, "DELETE") => OpCode.UnhomePrefix,
            (HttpRoute.Prefix, _) => OpCode.HomePrefix,
            (HttpRoute.Site, _) => OpCode.GetSiteInfo,
            (HttpRoute.Verification, _) => OpCode.VerifyChallenge,
            (_, "DELETE") => OpCode.SessionTerminate,
            _ => OpCode.SessionSetup,
        };

    /// <summary>Cancels when the client goes away.</summary>
    public CancellationToken Aborted => context.RequestAborted;
}
