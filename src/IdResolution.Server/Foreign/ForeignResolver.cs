using System.Threading.RateLimiting;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Codec;
using IdResolution.Server.Options;
using RateLimiter = IdResolution.Core.Access.RateLimiter;

namespace IdResolution.Server.Foreign;

/// <summary>
/// Resolves identifiers that are not homed here by a walk through the Handle system. Callers who ask for the same
/// identifier share one walk. Walks are bounded in time and number, and answers are kept as long as the values allow. A
/// walk that leads back to this node ends here, since its Handle listener never walks for others.
/// </summary>
internal sealed class ForeignResolver : IForeignResolver, IDisposable
{
    /// <summary>The most walks at a time. Callers beyond that are told to try again.</summary>
    public const int MaxWalks = 64;

    /// <summary>
    /// The most walks begun in a second for all callers without a key together. One network has a tenth of it.
    /// </summary>
    public const int AnonymousWalksPerSecond = 50;

    private static readonly TimeSpan AbsentLife = TimeSpan.FromSeconds(10);

    // Short, so that a node that comes back is noticed soon. Long enough that not every caller waits for one that is
    // away.
    private static readonly TimeSpan UnavailableLife = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly WalkSettings _settings;
    private readonly HandleTransport _transport;
    private readonly SiteWalker _walker;
    private readonly ForeignCache _cache;
    private readonly RateLimiter _anonymous;
    private readonly SourceRates _anonymousEach;
    private readonly ConcurrencyLimiter _walks = new(new ConcurrencyLimiterOptions { PermitLimit = MaxWalks });

    private readonly SingleFlight<LookupKey, Result<ForeignRecord>> _running = new();

    public ForeignResolver(ForeignOptions options, TimeProvider time)
    {
        _time = time;
        _settings = options.ToWalkSettings(time);
        _transport = new HandleTransport(options.ToTransportSettings(), time);
        _walker = new SiteWalker(_transport, _settings, time);
        _cache = new ForeignCache(options.CacheEntries, time);
        _anonymous = new RateLimiter(AnonymousWalksPerSecond, time);
        _anonymousEach = new SourceRates(time, AnonymousWalksPerSecond / 2, AnonymousWalksPerSecond / 10);
    }

    /// <inheritdoc/>
    public bool IsOn => true;

    /// <inheritdoc/>
    public async ValueTask<Result<ForeignRecord>> ResolveAsync(
        Identifier identifier,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (_cache.Find(identifier.Key) is { } known)
        {
            return Spelled(known, identifier);
        }
        if (_running.Find(identifier.Key) is not { } walk)
        {
            if (
                caller.IsAnonymous
                && (!_anonymousEach.TryTake(caller.Source, 1, out var wait) || !_anonymous.TryTake(1, out wait))
            )
            {
                return ForeignErrors.TooManyAnonymous(wait);
            }
            walk = _running.JoinOrBegin(identifier.Key, () => WalkAsync(identifier));
        }
        return Spelled(await walk.WaitAsync(cancellationToken), identifier);
    }

    public void Dispose()
    {
        _transport.Dispose();
        _walks.Dispose();
    }

    private static Result<ForeignRecord> Spelled(Result<ForeignRecord> answer, Identifier identifier) =>
        answer.IsOk ? answer.Value with { Identifier = identifier.Text } : answer;

    private async Task<Result<ForeignRecord>> WalkAsync(Identifier identifier)
    {
        using var lease = _walks.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            return ForeignErrors.TooManyWalks();
        }
        var notes = new WalkSummary();
        var result = await _walker.ResolveAsync(identifier.Text, [], [], notes, CancellationToken.None);
        var answer = Answer(identifier, result, notes);
        _cache.Keep(identifier.Key, answer, answer.IsOk ? answer.Value.ExpiresAt : _time.GetUtcNow() + Life(answer));
        return answer;
    }

    private static TimeSpan Life(Result<ForeignRecord> failure) =>
        failure.Error!.Code == ErrorCode.Unavailable ? UnavailableLife : AbsentLife;

    private Result<ForeignRecord> Answer(Identifier identifier, WalkResult result, WalkSummary notes) =>
        result.Code switch
        {
            // A handle may have values for administrators only. It exists, but there is nothing to show.
            ResponseCode.Success or ResponseCode.ValuesNotFound => Record(identifier, result, notes),
            ResponseCode.HandleNotFound when notes.IsAsked => ForeignErrors.NotFound(identifier),
            ResponseCode.InvalidHandle => ForeignErrors.NotTaken(identifier),
            ResponseCode.HandleNotFound
            or ResponseCode.NotResponsible
            or ResponseCode.ServiceReferral
            or ResponseCode.PrefixReferral => ForeignErrors.NoNodeKnown(identifier.Prefix),
            ResponseCode.ClientTimeout => ForeignErrors.NoAnswer(_settings.TimeLimit),
            ResponseCode.ClientChannelError => ForeignErrors.Unreachable(),
            ResponseCode.RecursionCountTooHigh => ForeignErrors.TooManyReferrals(),
            ResponseCode.Error when _settings.Verifier is not null => ForeignErrors.NotSigned(),
            var code => ForeignErrors.Failed((int)code),
        };

    private ForeignRecord Record(Identifier identifier, WalkResult result, WalkSummary notes)
    {
        var now = _time.GetUtcNow();
        var life = LongestLife(result, notes);
        var values = new List<RawValue>(result.Values.Count);
        foreach (var value in result.Values.OrderBy(value => value.Index).DistinctBy(value => value.Index))
        {
            var own =
                value.TtlType == 0
                    ? TimeSpan.FromSeconds(value.Ttl)
                    : DateTimeOffset.FromUnixTimeSeconds((uint)value.Ttl) - now;
            life = own < life ? own : life;
            var raw = value.ToRawValue();
            // Another node decides what is public, but it must not make this node show a secret.
            if (raw.Permissions.HasFlag(Permissions.PublicRead) && !raw.IsSecret)
            {
                values.Add(raw);
            }
        }
        return new ForeignRecord(identifier.Text, values, now, life > TimeSpan.Zero ? now + life : now);
    }

    private TimeSpan LongestLife(WalkResult result, WalkSummary notes)
    {
        if (notes.IsKnown)
        {
            return TimeSpan.Zero;
        }
        return result.Values.Count == 0 ? AbsentLife : _settings.MaxTtl;
    }
}
