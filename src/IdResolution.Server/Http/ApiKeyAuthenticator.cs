using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>Who calls over HTTP: <c>Authorization: Bearer KEY</c>, or nobody.</summary>
internal sealed class ApiKeyAuthenticator(CatalogHolder catalog, LogFollower tail)
{
    private const string Scheme = "Bearer ";
    private const int MaxKeyLength = 200;

    /// <summary>The caller of a header, without waiting; null where the key is not known yet.</summary>
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
    /// The caller of a header; a key that is not known yet may have been made by another process a moment ago.
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

    /// <summary>The caller of a key given on a page.</summary>
    public async ValueTask<Result<Caller>> GetByKeyAsync(string key, CancellationToken cancellationToken) =>
        await GetAsync(Scheme + key.Trim(), cancellationToken);

    /// <summary>Takes a request from the caller's rate limit.</summary>
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
