using System.Text.Json.Serialization;

namespace IdResolution.Core.Access;

/// <summary>An API key as kept: never the key itself, only its SHA-256 (256 random bits need no slow hash).</summary>
public sealed record ApiKey
{
    /// <summary>Names the key in lists and in the audit log.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for, for people.</summary>
    public string? Name { get; init; }

    /// <summary>What it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>SHA-256 of the key's text, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Requests a second; null for no limit.</summary>
    public int? RateLimit { get; init; }

    /// <summary>The object number in the log; not part of the document.</summary>
    [JsonIgnore]
    public long Object { get; init; }
}
