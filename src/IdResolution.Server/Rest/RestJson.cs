using System.Text.Json;
using System.Text.Json.Serialization;
using IdResolution.Core.Access;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;

namespace IdResolution.Server.Rest;

/// <summary>Bodies and answers of administrative calls.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(CopyBody))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(Listing<KeyAnswer>))]
[JsonSerializable(typeof(Listing<Category>))]
[JsonSerializable(typeof(Listing<CodingRule>))]
[JsonSerializable(typeof(TryRuleBody))]
[JsonSerializable(typeof(TryRuleAnswer))]
[JsonSerializable(typeof(Listing<AuditAnswer>))]
[JsonSerializable(typeof(Listing<StatisticAnswer>))]
[JsonSerializable(typeof(ScanBody))]
[JsonSerializable(typeof(SheetBody))]
[JsonSerializable(typeof(ImportAnswer))]
internal sealed partial class RestJson : JsonSerializerContext;

/// <summary>A list of items, and where the next page begins.</summary>
internal sealed record Listing<T>(IReadOnlyList<T> Items, long? Next = null);

/// <summary>A copy of a template.</summary>
internal sealed record CopyBody(string Code, Names? Names = null, string? Category = null);

/// <summary>A new key.</summary>
internal sealed record KeyBody(Role Role, string? Name = null, DateTimeOffset? ExpiresAt = null, int? RateLimit = null);

/// <summary>A key in lists; <c>key</c> only in the answer that makes it.</summary>
internal sealed record KeyAnswer(
    string Id,
    string? Name,
    Role Role,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    int? RateLimit,
    string? Key = null
);

/// <summary>A coding rule to be tried with attribute values.</summary>
internal sealed record TryRuleBody(
    string? Pattern = null,
    string? Prefix = null,
    Dictionary<string, JsonElement>? Attributes = null,
    long? Number = null
);

/// <summary>What a coding rule would give.</summary>
internal sealed record TryRuleAnswer(string Identifier);

/// <summary>A line of the audit log.</summary>
internal sealed record AuditAnswer(
    long Id,
    DateTimeOffset Time,
    string Caller,
    string Action,
    string Target,
    string Outcome,
    long Count
);

/// <summary>A count.</summary>
internal sealed record StatisticAnswer(DateOnly Day, string Template, string Source, string Operation, long Count);

/// <summary>What a scanner read.</summary>
internal sealed record ScanBody(string Text);

/// <summary>Labels to be printed on one sheet.</summary>
internal sealed record SheetBody(IReadOnlyList<string> Identifiers, int? Columns = null, int? Qr = null);

/// <summary>How many objects of a pack were written.</summary>
internal sealed record ImportAnswer(int Written);
