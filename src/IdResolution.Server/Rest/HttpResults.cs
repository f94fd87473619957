using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Helpers that send answers and read bodies and queries.</summary>
internal static class HttpResults
{
    public static async Task JsonAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
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
    public static async Task WithBodyAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, Task> then)
    {
        var read = await BodyReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        using (json)
        {
            var body = BodyReader.Document(json.RootElement, type);
            await (body.IsOk ? then(body.Value) : Problem.WriteAsync(context, body.Error));
        }
    }

    /// <summary>The first text of a declared parameter of the query, or null.</summary>
    public static string? Text(HttpContext context, string name) =>
        context.Request.Query[QueryParameter.Of<QueryParameter>(context, name).Name].FirstOrDefault();

    /// <summary>All texts of a declared parameter that may be repeated.</summary>
    public static IReadOnlyList<string> Texts(HttpContext context, string name) =>
        [.. context.Request.Query[QueryParameter.Of<TextParameter>(context, name).Name].OfType<string>()];

    /// <summary>
    /// Reads a <see cref="NumberParameter"/> of the call. Null if the value is invalid; the error is then sent.
    /// </summary>
    public static async ValueTask<long?> NumberAsync(HttpContext context, string name)
    {
        var (_, _, absent, least, greatest) = QueryParameter.Of<NumberParameter>(context, name);
        var text = context.Request.Query[name];
        if (text.Count == 0)
        {
            return absent;
        }
        if (text.Count == 1 && long.TryParse(text[0], out var number) && number >= least && number <= greatest)
        {
            return number;
        }
        await Problem.WriteAsync(
            context,
            Error.Of(
                ErrorCode.InvalidValue,
                $"{name} must be {least} to {greatest}.",
                $"{name} 应为 {least} 至 {greatest}。",
                name
            )
        );
        return null;
    }
}
