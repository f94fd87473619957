using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// How a call is declared: once, as metadata of its route. The OpenAPI document, the gate of roles and the readers of
/// bodies and queries look there.
/// </summary>
internal static class RouteDeclarations
{
    /// <summary>The media range that bodies are routed by; no part of the OpenAPI document.</summary>
    public const string AnyType = "*/*";

    /// <summary>
    /// Names the body's shape and greatest length. With the types alone that a call takes, routing would send all
    /// others to the fallback; with any type they come to the call, which refuses them by name.
    /// </summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder call, BodyLimit limit, params string[] also)
        where T : notnull => call.Accepts<T>("application/json", [.. also, AnyType]).WithMetadata(limit);

    /// <summary>Names a whole number of the query.</summary>
    public static RouteHandlerBuilder Number(
        this RouteHandlerBuilder call,
        string name,
        long absent = 0,
        long least = 0,
        long greatest = long.MaxValue
    ) => call.WithMetadata(new NumberParameter(name, absent, least, greatest));

    /// <summary>Names answers that are problems.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder call, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            call.Produces<ApiDocument.ProblemAnswer>(status, Problem.MediaType);
        }
        return call;
    }
}
