using System.Text.Json;
using System.Text.Json.Serialization;
using IdResolution.Core.Access;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Server.Http;

namespace IdResolution.Server.Rest;

/// <summary>Reads and writes the JSON bodies of calls that are not on a hot path.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(JsonTime)]
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
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(Listing<StatisticAnswer>))]
[JsonSerializable(typeof(AffectedBody))]
[JsonSerializable(typeof(StocktakeBody))]
[JsonSerializable(typeof(SheetBody))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(BusinessKeyBody))]
[JsonSerializable(typeof(SourceBody))]
[JsonSerializable(typeof(Listing<SourceBody>))]
[JsonSerializable(typeof(UpstreamState))]
[JsonSerializable(typeof(Listing<LetterAnswer>))]
[JsonSerializable(typeof(LettersBody))]
[JsonSerializable(typeof(LettersAnswer))]
[JsonSerializable(typeof(EnterprisesAnswer))]
[JsonSerializable(typeof(RouteBody))]
[JsonSerializable(typeof(PartnerBody))]
[JsonSerializable(typeof(PartnerBody[]))]
[JsonSerializable(typeof(GrantAnswer[]))]
[JsonSerializable(typeof(PartnersAnswer))]
[JsonSerializable(typeof(GrantBody))]
[JsonSerializable(typeof(GrantAnswer))]
[JsonSerializable(typeof(GrantsAnswer))]
internal sealed partial class RestJson : JsonSerializerContext;

/// <summary>A list of items. <c>Next</c> is the cursor of the next page; null on the last page.</summary>
internal sealed record Listing<T>(IReadOnlyList<T> Items, long? Next = null);

internal static class Listing
{
    /// <summary>About the memory of one item: of a key, a line of the audit, a count.</summary>
    public const long BytesOfItem = 512;
}

/// <summary>The body of a call that copies a template.</summary>
internal sealed record CopyBody(string Code, Names? Names = null, string? Category = null);

/// <summary>The body of a call that creates a key.</summary>
internal sealed record KeyBody(
    Role Role,
    string? Name = null,
    DateTimeOffset? ExpiresAt = null,
    int? RateLimit = null,
    bool NoExpiry = false,
    string? Prefix = null,
    string? Secret = null,
    string? Partner = null
)
{
    /// <summary>Says what it is, without the secret.</summary>
    public override string ToString() => $"{Role} {Name}";
}

/// <summary>A key. <c>Key</c>, the secret text, is set only in the answer of the call that creates the key.</summary>
internal sealed record KeyAnswer(
    string Id,
    Role Role,
    DateTimeOffset CreatedAt,
    string? Name = null,
    DateTimeOffset? ExpiresAt = null,
    DateTimeOffset? RevokedAt = null,
    int? RateLimit = null,
    string? Prefix = null,
    string? Key = null,
    DateTimeOffset? LastUsedAt = null,
    bool? HasSecret = null,
    string? Partner = null
);

/// <summary>A pattern to try with attribute values. For a saved rule, pattern and prefix are ignored.</summary>
internal sealed record TryRuleBody(
    string? Pattern = null,
    string? Prefix = null,
    Dictionary<string, JsonElement>? Attributes = null,
    long? Number = null
);

/// <summary>The identifier that a coding rule would give.</summary>
internal sealed record TryRuleAnswer(string Identifier);

/// <summary>An entry of the audit log.</summary>
internal sealed record AuditAnswer(
    long Id,
    DateTimeOffset Time,
    AuditKind Kind,
    string Caller,
    string Source,
    string OsUser,
    string Action,
    string Target,
    string Outcome,
    long Count,
    string TraceId,
    string Node
);

/// <summary>The number of operations of one kind on one day, by template and source.</summary>
internal sealed record StatisticAnswer(DateOnly Day, string Template, string Source, string Operation, long Count);

/// <summary>A key by which another system knows an item.</summary>
internal sealed record BusinessKeyBody(string Source, string SourceKey);

/// <summary>A system that knows items by keys of its own.</summary>
internal sealed record SourceBody(string Code, string? Prefix = null, bool CaseSensitive = false, Names? Names = null);

/// <summary>The body of a call that prints labels on one sheet.</summary>
internal sealed record SheetBody(
    IReadOnlyList<string> Identifiers,
    int? Columns = null,
    int? Qr = null,
    HeldLabels? Held = null
);

/// <summary>What becomes of the labels of held items.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<HeldLabels>))]
internal enum HeldLabels
{
    /// <summary>They are printed and say so.</summary>
    Mark,

    /// <summary>They are not printed.</summary>
    Refuse,
}

/// <summary>A record that the secondary node refused.</summary>
internal sealed record LetterAnswer(long Sequence, string Identifier, string Reason, DateTimeOffset At, bool Due);

/// <summary>The letters that a call is about: some, or all.</summary>
internal sealed record LettersBody(IReadOnlyList<long>? Sequences = null, bool All = false);

/// <summary>How many letters there were, and the numbers that no letter has.</summary>
internal sealed record LettersAnswer(int Done, IReadOnlyList<long> Unknown);

/// <summary>A page of enterprises. <c>Next</c> is what the next page is after; null on the last one.</summary>
internal sealed record EnterprisesAnswer(IReadOnlyList<EnterpriseAnswer> Items, string? Next = null);

/// <summary>An enterprise whose records this node takes.</summary>
internal sealed record EnterpriseAnswer(
    string Prefix,
    IReadOnlyList<EnterpriseKey> Keys,
    long Identifiers,
    DateTimeOffset? RegisteredAt = null,
    DateTimeOffset? SeenAt = null,
    RouteBody? Route = null
);

/// <summary>A key that is bound to an enterprise's prefix.</summary>
internal sealed record EnterpriseKey(
    string Id,
    Role Role,
    string? Name = null,
    DateTimeOffset? ExpiresAt = null,
    DateTimeOffset? RevokedAt = null
);

/// <summary>Where the node of an enterprise is; nothing of it sends nobody on.</summary>
internal sealed record RouteBody(
    string? Address = null,
    int? Tcp = null,
    int? Udp = null,
    int? Http = null,
    string? Url = null,
    long? Host = null
);

/// <summary>The number of objects of a pack that were written.</summary>
internal sealed record ImportAnswer(int Written);
