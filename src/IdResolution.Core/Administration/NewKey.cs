using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>An API key to be made.</summary>
/// <param name="Role">The role of callers with the key.</param>
/// <param name="Name">The purpose of the key, for people; or null.</param>
/// <param name="ExpiresAt">
/// The time from which the key is refused; null for the usual one, <see cref="KeyIssuer.Never"/> for never.
/// </param>
/// <param name="RateLimit">The greatest number of requests a second; null for no limit.</param>
/// <param name="Prefix">The homed prefix that the key belongs to; null or empty for the node.</param>
/// <param name="Secret">
/// What the user <paramref name="Name"/> logs in with over the SNMS protocol; null for a key that does not.
/// </param>
/// <param name="Partner">
/// The code of the partner that the key is tied to, for role partner; null or empty for none.
/// </param>
public sealed record NewKey(
    Role Role,
    string? Name = null,
    DateTimeOffset? ExpiresAt = null,
    int? RateLimit = null,
    string? Prefix = null,
    string? Secret = null,
    string? Partner = null
)
{
    /// <summary>What could not be read of it; null for nothing. No key is made then.</summary>
    public Error? Misread { get; init; }

    /// <summary>Says what it is, without the secret.</summary>
    public override string ToString() => $"{Role} {Name}";
}
