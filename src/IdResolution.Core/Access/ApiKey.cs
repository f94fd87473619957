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
    /// The prefix that the key is bound to: its caller reads and writes below it alone, whatever the role. Null for a
    /// key of the whole node.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// The code of the partner that the key is tied to, for role partner: its caller sees what grants show. Null for a
    /// key of no partner.
    /// </summary>
    public string? Partner { get; init; }

    /// <summary>
    /// For a key that also logs in by user name and secret: the SHA-256 of the secret in lower-case hexadecimal,
    /// encrypted for the key (<see cref="OwnerOf"/>), as base64. The user is then <see cref="Name"/>. Null without
    /// secret.
    /// </summary>
    public string? Secret { get; init; }

    /// <summary>True if the key also logs in by user name and secret.</summary>
    [JsonIgnore]
    public bool HasSecret => Secret is not null;

    /// <summary>The object number of the key in the log; not part of the document.</summary>
    [JsonIgnore]
    public long Object { get; init; }

    /// <summary>The owner that a key's secret is encrypted for, so that no other key can be given it.</summary>
    public static byte[] OwnerOf(string id) => System.Text.Encoding.UTF8.GetBytes("key:" + id);

    /// <summary>True for a key that is neither revoked nor at its end.</summary>
    public bool IsValid(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <summary>True for a valid key that ends within <see cref="Notice"/>.</summary>
    public bool IsEnding(DateTimeOffset now) => RevokedAt is null && ExpiresAt > now && ExpiresAt - now <= Notice;
}
