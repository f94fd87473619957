using System.Text.Json.Serialization;

namespace IdResolution.Core.Access;

/// <summary>An API key as stored. Only its SHA-256 is kept (256 random bits need no slow hash).</summary>
public sealed record ApiKey
{
    /// <summary>How long before its end a key counts as ending.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    /// <summary>The name of the key in lists and in the audit log; not secret.</summary>
    public required string Id { get; init; }

    /// <summary>The purpose of the key, for people.</summary>
    public string? Name { get; init; }

    /// <summary>The role of callers with the key.</summary>
    public required Role Role { get; init; }

    /// <summary>The SHA-256 of the key's text, in lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>The time when the key was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time from which the key is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The time of the revocation; null for a valid key.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The greatest number of requests a second; null for no limit.</summary>
    public int? RateLimit { get; init; }

    /// <summary>
    /// The homed prefix that the key belongs to; null for the node. It restricts nothing: the role says what the key
    /// may do, under every prefix.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>The object number of the key in the log; not part of the document.</summary>
    [JsonIgnore]
    public long Object { get; init; }

    /// <summary>True for a valid key that ends within <see cref="Notice"/>.</summary>
    public bool IsEnding(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now && ExpiresAt - now <= Notice;
}
