using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Errors;
using IdResolution.Core.Snms;
using IdResolution.Server.Http;

namespace IdResolution.Server.Snms;

/// <summary>Reads the objects in bodies. What is not of the right form is named by its path.</summary>
internal static class SnmsBody
{
    /// <summary>Reads a body that is one object.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">The greatest length in bytes.</param>
    /// <param name="type">The type of the object.</param>
    public static async ValueTask<Result<T>> ReadAsync<T>(HttpContext context, int limit, JsonTypeInfo<T> type)
        where T : class
    {
        if (!(await JsonBody.ReadAsync(context, limit)).TryGet(out var body, out var error))
        {
            return error;
        }
        using (body)
        {
            return Read(body.RootElement, type);
        }
    }

    /// <summary>Reads an object. An error names what is not of the right form.</summary>
    private static Result<T> Read<T>(JsonElement json, JsonTypeInfo<T> type)
        where T : class
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return SnmsErrors.Misshapen("body");
        }
        try
        {
            return json.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            return SnmsErrors.Misshapen(e.Path is ['$', '.', .. { Length: > 0 } path] ? path : "body");
        }
    }
}
