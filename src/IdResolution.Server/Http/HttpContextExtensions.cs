using IdResolution.Core.Access;

namespace IdResolution.Server.Http;

/// <summary>What the pipeline found out about a request.</summary>
internal static class HttpContextExtensions
{
    private static readonly object Key = new();

    /// <summary>Who calls; anonymous where no key was given.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Items.TryGetValue(Key, out var caller) ? (Caller)caller! : Core.Access.Caller.Anonymous;

    /// <summary>Notes who calls.</summary>
    public static void SetCaller(this HttpContext context, Caller caller) => context.Items[Key] = caller;
}
