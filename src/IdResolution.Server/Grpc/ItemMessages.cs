using Grpc.Core;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;

namespace IdResolution.Server.Grpc;

/// <summary>Reads which item a message is about.</summary>
internal static class ItemMessages
{
    /// <summary>What is asked for; null where nothing is said.</summary>
    /// <param name="text">The identifier or URI; null for none.</param>
    /// <param name="by">What stands in its place; null for nothing.</param>
    public static Result<ItemAsked>? Asked(string? text, V1.ItemLookup? by)
    {
        if (by is null)
        {
            return text is null ? default(Result<ItemAsked>?) : new ItemAsked(text);
        }
        var asked = new ItemAsked(
            text,
            by.Key is { HasSource: true } ? by.Key.Source : null,
            by.Key is { HasSourceKey: true } ? by.Key.SourceKey : null,
            by.HasPrefix ? by.Prefix : null
        );
        if (!by.HasFind)
        {
            return asked;
        }
        return ItemSearch.Parse(by.Find, "by.find").TryGet(out var search, out var error)
            ? asked with
            {
                Search = search,
            }
            : error;
    }

    /// <summary>Finds the item that a field names, or what stands in its place.</summary>
    /// <exception cref="RpcException">Nothing is said, or no item is found.</exception>
    public static async ValueTask<ItemName> FindAsync(
        ThingFinder finder,
        string? text,
        V1.ItemLookup? by,
        string field,
        ServerCallContext context
    )
    {
        var asked = (Asked(text, by) ?? MessageReader.Missing(field)).OrThrow(context);
        var caller = context.GetHttpContext().Caller();
        return (await finder.NameAsync(asked, field, caller, context.CancellationToken)).OrThrow(context);
    }
}
