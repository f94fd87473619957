using System.Globalization;
using System.Text.Json.Nodes;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>A text that a query may have.</summary>
/// <param name="Name">The name in the query.</param>
/// <param name="Description">What it does, for the OpenAPI document.</param>
internal sealed record TextParameter(string Name, string Description) : QueryParameter(Name, Description)
{
    /// <summary>The form of a day.</summary>
    public const string Day = "date";

    /// <summary>The form of a time.</summary>
    public const string Time = "date-time";

    /// <summary>What a time must be, as the end of a sentence.</summary>
    public static Text TimeForm { get; } =
        new(
            "must be a date and time with its zone, such as 2026-03-01T08:00:00Z or 2026-03-01T08:00:00+08:00 "
                + "(%2B08:00 in a URL)",
            "应为带时区的时间，例如 2026-03-01T08:00:00Z 或 2026-03-01T08:00:00+08:00（URL 中写作 %2B08:00）"
        );

    /// <summary>The form of the text, <see cref="Day"/> or <see cref="Time"/>, or null.</summary>
    public string? Format { get; init; }

    /// <summary>The words that are taken, in any case of letters; empty where any text is.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <inheritdoc/>
    public override OpenApiSchema ToSchema() =>
        new()
        {
            Type = JsonSchemaType.String,
            Format = Format,
            Enum = Choices.Count == 0 ? null : [.. Choices.Select(choice => JsonValue.Create(choice))],
        };

    /// <inheritdoc/>
    public override Text? Fault(string value)
    {
        if (Choices.Count > 0 && !Choices.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            return new($"must be one of {string.Join(", ", Choices)}", $"应为以下之一：{string.Join("、", Choices)}");
        }
        return Format switch
        {
            Day when !TryDay(value, out _) => new("must be a day, yyyy-MM-dd", "应为日期 yyyy-MM-dd"),
            Time when !TryTime(value, out _) => TimeForm,
            _ => null,
        };
    }

    public static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>Reads a time that says its distance from UTC itself: nobody has to guess the zone.</summary>
    public static bool TryTime(string text, out DateTimeOffset time)
    {
        var isRead = ValueCodec.TryDateTime(text, out DateTime utc);
        time = new DateTimeOffset(utc, TimeSpan.Zero);
        return isRead;
    }
}
