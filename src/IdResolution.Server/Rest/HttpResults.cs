using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Short ways to answer.</summary>
internal static class HttpResults
{
    /// <summary>Answers with JSON.</summary>
    public static async Task JsonAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    /// <summary>Answers with the value of a result, or with its error.</summary>
    public static Task JsonAsync<T>(HttpContext context, int status, Result<T> result, JsonTypeInfo<T> type) =>
        result.IsOk ? JsonAsync(context, status, result.Value, type) : Problem.WriteAsync(context, result.Error);

    /// <summary>Answers with what is made of the value of a result, or with its error.</summary>
    public static Task JsonAsync<T, TAnswer>(
        HttpContext context,
        Result<T> result,
        Func<T, TAnswer> answer,
        JsonTypeInfo<TAnswer> type
    ) =>
        result.IsOk
            ? JsonAsync(context, StatusCodes.Status200OK, answer(result.Value), type)
            : Problem.WriteAsync(context, result.Error);

    /// <summary>Answers with what was saved: 201 where it is new, 200 where it was there; or with the error.</summary>
    public static Task SavedAsync<T>(HttpContext context, Result<(T Value, bool IsNew)> saved, JsonTypeInfo<T> type) =>
        saved.TryGet(out var kept, out var error)
            ? JsonAsync(context, kept.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, kept.Value, type)
            : Problem.WriteAsync(context, error);

    /// <summary>Reads a JSON body into a type and goes on with it, or answers the error.</summary>
    public static async Task WithBodyAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, Task> then)
    {
        var read = await RequestReader.ReadAsync(context);
        if (!read.TryGet(out var json, out var error))
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        using (json)
        {
            var body = RequestReader.Document(json.RootElement, type);
            await (body.IsOk ? then(body.Value) : Problem.WriteAsync(context, body.Error));
        }
    }

    /// <summary>
    /// A <see cref="NumberParameter"/> of the call that was routed to; null with the error answered where the query has
    /// something else.
    /// </summary>
    public static async ValueTask<long?> NumberAsync(HttpContext context, string name)
    {
        var (_, absent, least, greatest) = NumberParameter.Of(context, name);
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
