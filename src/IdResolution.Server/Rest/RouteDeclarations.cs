using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Declares what a call takes and answers, as metadata of its route. The OpenAPI document, the check of roles and the
/// readers of bodies and queries all use this metadata.
/// </summary>
internal static class RouteDeclarations
{
    /// <summary>The media range by which requests with a body are routed. The OpenAPI document leaves it out.</summary>
    public const string AnyType = "*/*";

    /// <summary>
    /// Declares the body's shape and greatest length. Any media type is routed to the call, which refuses wrong types
    /// with a clear error. Otherwise routing would send them to the fallback.
    /// </summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder call, BodyLimit limit, params string[] also)
        where T : notnull => call.Accepts<T>("application/json", [.. also, AnyType]).WithMetadata(limit);

    /// <summary>Declares a whole number in the query.</summary>
    public static RouteHandlerBuilder Number(
        this RouteHandlerBuilder call,
        string name,
        string description,
        long absent = 0,
        long least = 0,
        long greatest = long.MaxValue
    ) => call.WithMetadata(new NumberParameter(name, description, absent, least, greatest));

    /// <summary>Names a text of the query; with choices, one that is one of these words.</summary>
    public static RouteHandlerBuilder Text(
        this RouteHandlerBuilder call,
        string name,
        string description,
        params string[] choices
    ) => call.WithMetadata(new TextParameter(name, description) { Choices = choices });

    /// <summary>Names the business key of an item in the query.</summary>
    public static RouteHandlerBuilder Key(this RouteHandlerBuilder call, string source) =>
        call.Text("source", source)
            .Text("sourceKey", "Its key in that system.")
            .Text("prefix", "With sourceKey: the prefix of the item, where items of several prefixes have the key.");

    /// <summary>Names a text of the query that may be repeated.</summary>
    public static RouteHandlerBuilder Texts(this RouteHandlerBuilder call, string name, string description) =>
        call.WithMetadata(new TextParameter(name, description) { IsRepeated = true });

    /// <summary>Names a day or a time of the query: <c>date</c> or <c>date-time</c>.</summary>
    public static RouteHandlerBuilder Time(
        this RouteHandlerBuilder call,
        string name,
        string format,
        string description
    ) => call.WithMetadata(new TextParameter(name, description) { Format = format });

    /// <summary>Names parameters of the query whose names begin alike, followed by a code.</summary>
    public static RouteHandlerBuilder Pattern(this RouteHandlerBuilder call, string start, string description) =>
        call.WithMetadata(new PatternParameter(start, description));

    /// <summary>Names a header that the call reads.</summary>
    public static RouteHandlerBuilder Header(this RouteHandlerBuilder call, string name, string description) =>
        call.WithMetadata(new HeaderParameter(name, description));

    /// <summary>
    /// Has parameters refused that are given without value. A question about something must not be answered as one
    /// about everything.
    /// </summary>
    public static RouteHandlerBuilder NeedsValues(this RouteHandlerBuilder call) =>
        call.WithMetadata(ValuesNeeded.Instance);

    /// <summary>Names a header that answers may have: those with what was asked for, and 409.</summary>
    public static RouteHandlerBuilder Says(this RouteHandlerBuilder call, string name, string description) =>
        call.WithMetadata(new AnswerHeader(name, description));

    /// <summary>Declares error answers, for the OpenAPI document; not those that every call can have.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder call, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            call.Produces<ApiDocument.ProblemAnswer>(status, Problem.MediaType);
        }
        return call;
    }
}
