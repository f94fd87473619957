using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>Finds the caller of an HTTP request by <c>Authorization: Bearer KEY</c>; without it, anonymous.</summary>
internal sealed class ApiKeyAuthenticator(CatalogHolder catalog, LogFollower tail)
{
    private const string Scheme = "Bearer ";
    private const int MaxKeyLength = 200;

    /// <summary>Finds the caller of a header without waiting. Null if the key is not known yet.</summary>
    public Result<Caller?> Find(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization))
        {
            return Caller.Anonymous;
        }
        if (
            !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || authorization.Length > MaxKeyLength
        )
        {
            return Refused();
        }
        return FindKey(authorization.AsSpan(Scheme.Length).Trim());
    }

    /// <summary>
    /// Finds the caller of a header. Reads the log for an unknown key: another process may just have made it.
    /// </summary>
    public async ValueTask<Result<Caller>> GetAsync(string? authorization, CancellationToken cancellationToken)
    {
        var found = Find(authorization);
        if (found is { IsOk: true, Value: null })
        {
            await tail.CatchUpAsync(cancellationToken);
            found = Find(authorization);
        }
        return found.IsOk ? found.Value ?? (Result<Caller>)Refused() : found.Error;
    }

    /// <summary>Finds the caller of a key that was entered on a page.</summary>
    public async ValueTask<Result<Caller>> GetByKeyAsync(string key, CancellationToken cancellationToken) =>
        await GetAsync(Scheme + key.Trim(), cancellationToken);

    /// <summary>Takes one request from the caller's rate limit. Gives an error if the limit is used up.</summary>
    public static Error? Limit(Caller caller) =>
        caller.Limiter is { } limiter && !limiter.TryTake(1, out var wait)
            ? Error.Of(ErrorCode.TooMany, "The key's rate limit is used up.", "已超出该密钥的速率限制。") with
            {
                RetryAfter = wait,
            }
            : null;

    private Result<Caller?> FindKey(ReadOnlySpan<char> key)
    {
        Span<byte> utf8 = stackalloc byte[MaxKeyLength];
        return key.Length > 0 && Encoding.ASCII.TryGetBytes(key, utf8, out var length) && Ascii.IsValid(key)
            ? catalog.Current.KeyTable.Authenticate(utf8[..length])
            : Refused();
    }

    private static Error Refused() =>
        Error.Of(
            ErrorCode.AuthenticationFailed,
            "The key is not known. Send Authorization: Bearer KEY.",
            "密钥无效。请使用 Authorization: Bearer KEY。"
        );
}
