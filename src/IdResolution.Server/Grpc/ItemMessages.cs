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
    /// <param name="field">The field of <paramref name="by"/>.</param>
    public static Result<ItemAsked>? Asked(string? text, V1.ItemLookup? by, string field = "by")
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
        return ItemSearch.Parse(by.Find, $"{field}.find").TryGet(out var search, out var error)
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
        if (asked.Text is null && asked.Search is not null)
        {
            field = "find";
        }
        var found = await finder.NameAsync(asked, field, caller, context.CancellationToken);
        return found.Called(static name => NameOf(name, "by")).OrThrow(context);
    }

    /// <summary>What a message calls a part of what stands in the place of a text.</summary>
    /// <param name="name">What the core calls it.</param>
    /// <param name="by">The field of the message that it is in.</param>
    public static string NameOf(string name, string by) =>
        name switch
        {
            "source" or "itemSource" => $"{by}.key.source",
            "sourceKey" or "itemKey" => $"{by}.key.source_key",
            "prefix" or "find" => $"{by}.{name}",
            _ => name,
        };

    /// <summary>A result whose error names fields as the message does.</summary>
    public static Result<T> Called<T>(this Result<T> result, Func<string, string> name) =>
        result.IsOk ? result : ErrorFields.Called(result.Error, name);
}
