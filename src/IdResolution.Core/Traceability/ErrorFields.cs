using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>Has errors name the fields that the caller gave, where these were read as something else.</summary>
public static class ErrorFields
{
    /// <summary>An error of a part of a body: its fields are below a field.</summary>
    public static Error Within(Error error, string field) => Each(error, f => f is null ? field : $"{field}.{f}");

    /// <summary>An error whose fields the caller calls otherwise.</summary>
    public static Error Called(Error error, Func<string, string> name) =>
        Each(error, field => field is null ? null : name(field));

    /// <summary>An error of the event that a link means, as one of the link.</summary>
    internal static Error OfLink(Error error, string? type)
    {
        var kind = EventNames.TryParse(type, out LinkKinds known) ? known : LinkKinds.None;
        return Each(error, field => field is null ? null : OfLink(field, kind));
    }

    private static string OfLink(string field, LinkKinds kind)
    {
        var end = field.IndexOfAny(['[', '.']);
        var part = field.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? field[(dot + 1)..] : null;
        var side = (end < 0 ? field : field[..end]) switch
        {
            "outputs" or "documents" => "from",
            "parent" => kind == LinkKinds.Replaces ? "to" : "from",
            "items" => kind == LinkKinds.ProducedBy ? "from" : "to",
            "inputs" or "children" or "equipment" or "tools" or "persons" or "process" => "to",
            _ => null,
        };
        if (side is null)
        {
            return field;
        }
        // These stand beside both ends.
        return part is "quantity" or "unit" or "position" ? part : side;
    }

    private static Error Each(Error error, Func<string?, string?> rename)
    {
        var field = rename(error.Field);
        return error with
        {
            Field = error.Details.Count > 1 ? error.Field : field,
            Message = new Text(
                Renamed(error.Message.En, error.Field, field),
                Renamed(error.Message.Zh, error.Field, field)
            ),
            Details = error.Details.Count > 1 ? [.. error.Details.Select(d => Each(d, rename))] : [],
        };
    }

    /// <summary>A message begins with the name of its field, if with any.</summary>
    private static string Renamed(string message, string? before, string? after) =>
        before is not null && after is not null && message.StartsWith(before, StringComparison.Ordinal)
            ? after + message[before.Length..]
            : message;
}
