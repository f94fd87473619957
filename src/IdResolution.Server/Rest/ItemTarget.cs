using IdResolution.Core.Errors;
using IdResolution.Core.Resolution;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>
/// Finds the item that a request is about: by its identifier, its URI, a business key or a search. Thread-safe.
/// </summary>
internal sealed class ItemTarget(ThingFinder finder, RecordQueries queries)
{
    private const string Find = "find";

    /// <summary>True if the query names an item by a business key.</summary>
    public static bool IsByKey(HttpContext context) =>
        context.Request.Query is { Count: > 0 } query
        && (query.ContainsKey("source") || query.ContainsKey("sourceKey") || query.ContainsKey("prefix"));

    /// <summary>
    /// Has the request answered as the partner that it names, if it names one; the error where it may not.
    /// </summary>
    public Error? TakeAs(HttpContext context) => AskedAs.Take(context, queries);

    /// <summary>
    /// The item in the path or in <c>id</c>, with the key in <c>source</c> and <c>sourceKey</c>, or that <c>find</c>
    /// finds.
    /// </summary>
    public async ValueTask<Result<ItemName>> FindInPathAsync(HttpContext context, string route)
    {
        var isSearched = context.Request.Query.ContainsKey(Find);
        if (!isSearched && !IsByKey(context))
        {
            return IdentifierTarget.Read(context, route).TryGet(out var named, out var error)
                ? await NameAsync(context, named.Text, named.Field)
                : error;
        }
        if (!isSearched)
        {
            return await FindAsync(context, "id");
        }
        return ItemSearch.Parse(HttpResults.Text(context, Find), Find).TryGet(out var search, out var faulty)
            ? await FindAsync(context, Asked(context, "id") with { Search = search }, Find)
            : faulty;
    }

    /// <summary>The item that a text of the request names.</summary>
    public ValueTask<Result<ItemName>> NameAsync(HttpContext context, string text, string field) =>
        finder.NameAsync(text, field, context.Caller(), context.RequestAborted);

    /// <summary>The item in a declared parameter, or with the key in <c>source</c> and <c>sourceKey</c>.</summary>
    public ValueTask<Result<ItemName>> FindAsync(HttpContext context, string parameter) =>
        FindAsync(context, Asked(context, parameter), parameter);

    private static ItemAsked Asked(HttpContext context, string parameter) =>
        new(
            HttpResults.Text(context, parameter),
            HttpResults.Text(context, "source"),
            HttpResults.Text(context, "sourceKey"),
            HttpResults.Text(context, "prefix")
        );

    /// <summary>The item that a request asks for.</summary>
    public ValueTask<Result<ItemName>> FindAsync(HttpContext context, ItemAsked asked, string field) =>
        finder.NameAsync(asked, field, context.Caller(), context.RequestAborted);
}
