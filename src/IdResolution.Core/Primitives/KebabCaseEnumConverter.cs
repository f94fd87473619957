using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Core.Primitives;

/// <summary>Writes and reads enums in JSON as <c>kebab-case</c> texts. Numbers are refused.</summary>
public sealed class KebabCaseEnumConverter<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
