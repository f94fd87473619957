using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Http;

/// <summary>Finds the caller of an HTTP request by <c>Authorization: Bearer KEY</c>; without it, anonymous.</summary>
internal sealed class ApiKeyAuthenticator(CatalogHolder catalog, LogFollower tail, TimeProvider time)
{
    // Unknown keys of one network for which the log is read at once. Others wait until the node reads it anyway.
    private const int LooksAtOnce = 20;
    private const int LooksPerSecond = 5;

    private const string Scheme = "Bearer ";
    private const int MaxKeyLength = 200;

    private readonly SourceRates _looks = new(time, LooksAtOnce, LooksPerSecond);
    private readonly Lock _lock = new();
    private Task _looking = Task.CompletedTask;
    private Task? _next;

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
    /// Finds the caller of a header. Reads the log for an unknown key, because another process may just have made it;
    /// for a network that sends many unknown keys not at once.
    /// </summary>
    public async ValueTask<Result<Caller>> GetAsync(
        string? authorization,
        NetworkSource source,
        CancellationToken cancellationToken
    )
    {
        var found = Find(authorization);
        if (found is { IsOk: true, Value: null } && _looks.TryTake(source, 1, out _))
        {
            await LookAsync().WaitAsync(cancellationToken);
            found = Find(authorization);
        }
        return found.IsOk ? found.Value ?? (Result<Caller>)Refused() : found.Error;
    }

    /// <summary>Finds the caller of a key that was entered on a page.</summary>
    public ValueTask<Result<Caller>> GetByKeyAsync(
        string key,
        NetworkSource source,
        CancellationToken cancellationToken
    ) => GetAsync(Scheme + key.Trim(), source, cancellationToken);

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

    /// <summary>
    /// Reads the log. Who comes while it is read may have a newer key, so all of them share the next time.
    /// </summary>
    private Task LookAsync()
    {
        lock (_lock)
        {
            return _looking.IsCompleted
                ? _looking = tail.CatchUpAsync(CancellationToken.None)
                : _next ??= LookAfterAsync(_looking);
        }
    }

    private async Task LookAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task own;
        lock (_lock)
        {
            own = _looking = tail.CatchUpAsync(CancellationToken.None);
            _next = null;
        }
        await own;
    }

    private static Error Refused() =>
        Error.Of(
            ErrorCode.AuthenticationFailed,
            "The key is not known. Send Authorization: Bearer KEY.",
            "密钥无效。请使用 Authorization: Bearer KEY。"
        );
}
