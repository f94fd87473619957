using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Helpers that send answers and read bodies and queries.</summary>
internal static class HttpResults
{
    public static async Task JsonAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    /// <summary>Sends a list made from a result as JSON, or the result's error as a problem.</summary>
    public static Task JsonAsync<T, TItem>(
        HttpContext context,
        Result<T> result,
        Func<T, Listing<TItem>> answer,
        JsonTypeInfo<Listing<TItem>> type
    )
    {
        if (!result.TryGet(out var value, out var error))
        {
            return Problem.WriteAsync(context, error);
        }
        // It is written as it is taken; what it was made of is held until then.
        var list = answer(value);
        return HeldAnswers.Of(context).Hold(context, list.Items.Count * Listing.BytesOfItem) is { } tooMany
            ? Problem.WriteAsync(context, tooMany)
            : JsonAsync(context, StatusCodes.Status200OK, list, type);
    }

    /// <summary>Sends the value of a result as JSON, or its error as a problem.</summary>
    public static Task JsonAsync<T>(HttpContext context, int status, Result<T> result, JsonTypeInfo<T> type) =>
        result.IsOk ? JsonAsync(context, status, result.Value, type) : Problem.WriteAsync(context, result.Error);

    /// <summary>Sends a value made from a result as JSON, or the result's error as a problem.</summary>
    public static Task JsonAsync<T, TAnswer>(
        HttpContext context,
        Result<T> result,
        Func<T, TAnswer> answer,
        JsonTypeInfo<TAnswer> type
    ) =>
        result.IsOk
            ? JsonAsync(context, StatusCodes.Status200OK, answer(result.Value), type)
            : Problem.WriteAsync(context, result.Error);

    /// <summary>Sends a saved object, with 201 if it is new, else with 200; or the error if it was not saved.</summary>
    public static Task SavedAsync<T>(HttpContext context, Result<(T Value, bool IsNew)> saved, JsonTypeInfo<T> type) =>
        saved.TryGet(out var kept, out var error)
            ? JsonAsync(context, kept.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, kept.Value, type)
            : Problem.WriteAsync(context, error);

    /// <summary>Reads a JSON body and passes it to <paramref name="then"/>. Sends the error if that fails.</summary>
    public static async Task WithBodyAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, Error?, Task> then)
        where T : class
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        using (json)
        {
            var body = TypedBody.Read(json.RootElement, type, out var misread);
            await then(body, misread);
        }
    }

    /// <summary>The text of a declared parameter of the query; null if it is absent or empty.</summary>
    public static string? Text(HttpContext context, string name) => Value<QueryParameter>(context, name);

    /// <summary>All texts of a declared parameter that may be repeated.</summary>
    public static IReadOnlyList<string> Texts(HttpContext context, string name) =>
        [.. context.Request.Query[QueryParameter.Of<TextParameter>(context, name).Name].OfType<string>()];

    /// <summary>The number of a declared parameter, which <see cref="QueryCheck"/> has looked at.</summary>
    public static long Number(HttpContext context, string name) =>
        Value<NumberParameter>(context, name) is { } text
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : QueryParameter.Of<NumberParameter>(context, name).Absent;

    /// <summary>
    /// The time of a declared parameter, whose form <see cref="QueryCheck"/> has looked at, in microseconds since 1970
    /// UTC; null if it is absent.
    /// </summary>
    public static long? Time(HttpContext context, string name) =>
        Text(context, name) is { } text && TextParameter.TryTime(text, out var time) ? Micros.Of(time) : null;

    private static string? Value<T>(HttpContext context, string name)
        where T : QueryParameter =>
        context.Request.Query[QueryParameter.Of<T>(context, name).Name].FirstOrDefault() is { Length: > 0 } text
            ? text
            : null;
}
