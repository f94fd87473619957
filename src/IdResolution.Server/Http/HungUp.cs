using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace IdResolution.Server.Http;

/// <summary>
/// Tells a caller who hung up within a request from a fault of the node: anyone can hang up, so it must not fill the
/// log.
/// </summary>
internal static class HungUp
{
    /// <summary>True for what reading the body, or waiting for the caller, throws where the caller is gone.</summary>
    /// <param name="e">What was thrown by something that uses no file.</param>
    /// <param name="context">The request.</param>
    public static bool Is(Exception e, HttpContext context) =>
        e switch
        {
            // Not HTTP, too long, too slow, ended early: it can be answered.
            BadHttpRequestException => false,
            ConnectionResetException or ConnectionAbortedException => true,
            OperationCanceledException => context.RequestAborted.IsCancellationRequested,
            // A stream of HTTP/2 that is reset, or TLS that breaks; seen, maybe, before the request counts as aborted.
            IOException => e.GetType() == typeof(IOException) || context.RequestAborted.IsCancellationRequested,
            _ => false,
        };

    /// <summary>
    /// Ends the request. Otherwise the server, which may learn later that the caller is gone, tries to read the rest of
    /// the body, and logs an error that it cannot.
    /// </summary>
    public static void End(HttpContext context)
    {
        TakeNoMore(context);
        context.Abort();
    }

    /// <summary>
    /// Lets the request whose body ended early be the last of its connection. Otherwise the server looks for the next
    /// one there, and warns, with a stack, that it cannot.
    /// </summary>
    public static void TakeNoMore(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }
}
