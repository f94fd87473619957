using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Snms;

/// <summary>
/// Logs in by user name and password: the name and the secret of a key. Guessing is slowed down, and each try is in the
/// audit log, gathered by the minute. Thread-safe.
/// </summary>
public sealed class SnmsLogins(
    CatalogHolder catalog,
    NodeSecrets secrets,
    SnmsTokens tokens,
    GuessDelays guesses,
    Auditor auditor,
    TimeProvider time
)
{
    private const string Authenticating = "snms.authenticate";
    private const string Nobody = "nobody";

    // What a user name that nobody has is compared with, so that it takes as long as any other.
    private string? _nobodys;

    /// <summary>
    /// Checks a password and gives a token, or <see cref="ErrorCode.AuthenticationFailed"/>,
    /// <see cref="ErrorCode.TooMany"/>.
    /// </summary>
    /// <param name="user">The user name.</param>
    /// <param name="password">The password, or its digest of the day.</param>
    /// <param name="isDigest">True for the digest (<see cref="SnmsPassword.Outer"/>).</param>
    /// <param name="sender">Who asks, with the network that the request came from.</param>
    public Result<string> LogIn(string user, string password, bool isDigest, Caller sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        var guessed = "snms:" + user;
        if (!guesses.TryBegin(sender.Source, guessed, out var wait))
        {
            auditor.Denied(sender, Authenticating, ErrorCode.TooMany);
            return SnmsErrors.Wait(wait);
        }
        var key = catalog.Current.KeyTable.FindUser(user);
        var inner = InnerOf(key);
        var fits = isDigest
            ? SnmsPassword.FitsDay(password, inner, time.GetUtcNow())
            : SnmsPassword.Fits(password, inner);
        if (!fits || key is null)
        {
            auditor.Denied(sender, Authenticating, ErrorCode.AuthenticationFailed, key?.Name ?? "");
            return SnmsErrors.WrongLogin;
        }
        guesses.TakeBack(sender.Source, guessed);
        auditor.Noted(
            new Caller(key.Role, key.Object, key.Id) { Source = sender.Source, Origin = sender.Origin },
            Authenticating,
            user
        );
        return tokens.Give(key);
    }

    private string InnerOf(ApiKey? key) =>
        Encoding.UTF8.GetString(
            secrets.Decrypt(
                Convert.FromBase64String(key?.Secret ?? (_nobodys ??= SealedForNobody())),
                ApiKey.OwnerOf(key?.Id ?? Nobody)
            )
        );

    private string SealedForNobody() =>
        Convert.ToBase64String(
            secrets.Encrypt(
                Encoding.UTF8.GetBytes(
                    Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SnmsPassword.Length / 2))
                ),
                ApiKey.OwnerOf(Nobody)
            )
        );
}
