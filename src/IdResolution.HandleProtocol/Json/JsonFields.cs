using System.Globalization;
using System.Text.Json;

namespace IdResolution.HandleProtocol.Json;

/// <summary>Reads fields of JSON and remembers the first problem.</summary>
internal sealed class JsonFields
{
    private static readonly string[] s_times = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];

    public JsonProblem? Problem { get; private set; }

    /// <summary>
    /// Runs a reader over a whole document. The JSON parser notices text that is not valid Unicode (a lone surrogate)
    /// only when the text is fetched, and throws. That becomes a problem here.
    /// </summary>
    public static bool TryWhole(string path, Func<JsonFields, bool> read, out JsonProblem? problem)
    {
        var fields = new JsonFields();
        try
        {
            var done = read(fields);
            problem = fields.Problem;
            return done;
        }
        catch (InvalidOperationException)
        {
            problem = new JsonProblem(path, "Text is not valid Unicode.");
            return false;
        }
    }

    /// <summary>Remembers a problem, unless there is one already.</summary>
    /// <returns>Always false.</returns>
    public bool Fail(string path, string message)
    {
        Problem ??= new JsonProblem(path, message);
        return false;
    }

    /// <summary>True if the object has the field and it is not null.</summary>
    public static bool TryField(JsonElement owner, string name, out JsonElement field) =>
        owner.TryGetProperty(name, out field) && field.ValueKind != JsonValueKind.Null;

    public static string PathOf(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public bool IsObject(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object || Fail(path, "An object is expected.");

    /// <summary>Reads a text. A missing one is a problem unless there is <paramref name="otherwise"/>.</summary>
    public bool TryText(JsonElement owner, string path, string name, out string text, string? otherwise = null)
    {
        text = otherwise ?? "";
        if (!TryField(owner, name, out var field))
        {
            return otherwise is not null || Fail(PathOf(path, name), "A text is missing.");
        }
        if (field.ValueKind != JsonValueKind.String)
        {
            return Fail(PathOf(path, name), "A text is expected.");
        }
        text = field.GetString()!;
        return true;
    }

    /// <summary>Reads a whole number. As in the reference implementation, a string of digits is accepted too.</summary>
    public bool TryNumber(
        JsonElement owner,
        string path,
        string name,
        int least,
        int most,
        out int number,
        int? otherwise = null
    )
    {
        number = otherwise ?? 0;
        if (!TryField(owner, name, out var field))
        {
            return otherwise is not null || Fail(PathOf(path, name), "A number is missing.");
        }
        var read =
            field.ValueKind == JsonValueKind.String
                ? int.TryParse(
                    field.GetString(),
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out number
                )
                : field.ValueKind == JsonValueKind.Number && field.TryGetInt32(out number);
        return (read && number >= least && number <= most)
            || Fail(PathOf(path, name), $"A whole number from {least} to {most} is expected.");
    }

    /// <summary>Reads a boolean; false if the field is missing.</summary>
    public bool TryBool(JsonElement owner, string path, string name, out bool value)
    {
        value = TryField(owner, name, out var field) && field.ValueKind == JsonValueKind.True;
        return value
            || field.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False
            || Fail(PathOf(path, name), "true or false is expected.");
    }

    /// <summary>Reads the items of an array with <paramref name="read"/>; no items if the array is missing.</summary>
    public bool TryItems<T>(
        JsonElement owner,
        string path,
        string name,
        Func<JsonElement, string, T?> read,
        out IReadOnlyList<T> items
    )
        where T : class
    {
        items = [];
        return !TryField(owner, name, out var field) || TryItems(field, PathOf(path, name), read, out items);
    }

    /// <summary>Reads the items of an array with <paramref name="read"/>.</summary>
    public bool TryItems<T>(
        JsonElement array,
        string path,
        Func<JsonElement, string, T?> read,
        out IReadOnlyList<T> items
    )
        where T : class
    {
        items = [];
        if (array.ValueKind != JsonValueKind.Array)
        {
            return Fail(path, "An array is expected.");
        }
        var list = new List<T>();
        foreach (var element in array.EnumerateArray())
        {
            if (read(element, $"{path}[{list.Count}]") is not { } item)
            {
                return false;
            }
            list.Add(item);
        }
        items = list;
        return true;
    }

    /// <summary>Reads an ISO 8601 time as seconds since 1970 UTC.</summary>
    public bool TryTime(string text, string path, out uint seconds)
    {
        seconds = 0;
        var read =
            DateTimeOffset.TryParseExact(
                text,
                s_times,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            ) && time.ToUnixTimeSeconds() is >= 0 and <= uint.MaxValue;
        seconds = read ? (uint)time.ToUnixTimeSeconds() : 0;
        return read || Fail(path, "A time such as 2026-01-31T12:00:00Z, between 1970 and 2106, is expected.");
    }

    /// <summary>Writes seconds since 1970 UTC as ISO 8601.</summary>
    public static string TimeText(uint seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
