using IdResolution.Core.Access;

namespace IdResolution.Server.Http;

/// <summary>Keeps the caller of a request in its context.</summary>
internal static class HttpContextExtensions
{
    private static readonly object Key = new();

    /// <summary>The caller, anonymous if none was set.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Items.TryGetValue(Key, out var caller) ? (Caller)caller! : Core.Access.Caller.Anonymous;

    /// <summary>The network that the request comes from.</summary>
    public static NetworkSource Source(this HttpContext context) =>
        NetworkSource.Of(context.Connection.RemoteIpAddress);

    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[Key] = caller;
}
