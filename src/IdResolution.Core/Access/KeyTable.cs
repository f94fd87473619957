using System.Buffers.Binary;
using System.Security.Cryptography;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Access;

/// <summary>The API keys of one catalog, indexed by hash. Immutable.</summary>
public sealed class KeyTable
{
    private readonly Dictionary<ulong, Entry> _byHash = [];
    private readonly Dictionary<string, Entry> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ApiKey>> _byUser = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    /// <summary>
    /// Indexes the keys. A key that is as in <paramref name="previous"/> keeps its rate limiter. Any key of it keeps
    /// the time of its last use.
    /// </summary>
    public KeyTable(IEnumerable<ApiKey> keys, KeyTable? previous, TimeProvider time)
    {
        _time = time;
        foreach (var key in keys)
        {
            var hash = Convert.FromHexString(key.Hash);
            var old = previous?.Find(hash);
            var caller = old is not null && old.Key == key ? old.Caller : CallerOf(key, time);
            var entry = new Entry(key, hash, caller, old?.LastUse ?? new LastUse());
            _byHash[BinaryPrimitives.ReadUInt64LittleEndian(hash)] = entry;
            _byId[key.Id] = entry;
            if (key is { HasSecret: true, Name: { } user, RevokedAt: null })
            {
                if (!_byUser.TryGetValue(user, out var ofUser))
                {
                    _byUser[user] = ofUser = [];
                }
                ofUser.Add(key);
            }
        }
    }

    /// <summary>The keys that were used on this node, by their ids, with the time of their last use in UTC.</summary>
    public IEnumerable<(string Id, DateTime At)> Uses =>
        _byHash
            .Values.Where(e => e.LastUse.Ticks > 0)
            .Select(e => (e.Key.Id, new DateTime(e.LastUse.Ticks, DateTimeKind.Utc)));

    /// <summary>
    /// Finds the caller for the text of a key. Null if the key is not known yet, an error if it is revoked or expired.
    /// </summary>
    public Result<Caller?> Authenticate(ReadOnlySpan<byte> keyUtf8)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(keyUtf8, hash);
        var entry = Find(hash);
        if (entry is null)
        {
            return (Caller?)null;
        }
        if (entry.Key.RevokedAt is not null)
        {
            return Error.Of(ErrorCode.AuthenticationFailed, "The key was revoked.", "密钥已吊销。");
        }
        var now = _time.GetUtcNow();
        if (entry.Key.ExpiresAt <= now)
        {
            return Error.Of(ErrorCode.AuthenticationFailed, "The key has expired.", "密钥已过期。");
        }
        entry.LastUse.Note(now.UtcTicks);
        return entry.Caller;
    }

    /// <summary>The valid key that a user logs in with by its secret; null if there is none.</summary>
    public ApiKey? FindUser(string user)
    {
        if (!_byUser.TryGetValue(user, out var keys))
        {
            return null;
        }
        var now = _time.GetUtcNow();
        return keys.Find(key => key.IsValid(now));
    }

    /// <summary>The code of the partner that a key is tied to; null for none, or where there is no such key.</summary>
    internal string? PartnerOf(string id) => _byId.GetValueOrDefault(id)?.Key.Partner;

    /// <summary>The prefix that the key with an id is bound to, also of one that ended; null for none.</summary>
    internal string? PrefixOf(string id) => _byId.GetValueOrDefault(id)?.Key.Prefix;

    /// <summary>The valid key with an id; null if there is none. Allocates nothing.</summary>
    internal Entry? Find(ReadOnlySpan<char> id) =>
        _byId.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out var entry)
        && entry.Key.IsValid(_time.GetUtcNow())
            ? entry
            : null;

    /// <summary>
    /// The caller with a key that <see cref="Find(ReadOnlySpan{char})"/> gave. Notes that it was used.
    /// </summary>
    internal Caller Use(Entry entry)
    {
        entry.LastUse.Note(_time.GetUtcNow().UtcTicks);
        return entry.Caller;
    }

    /// <summary>
    /// The caller with a key. A key with role admin that was made for a prefix, before that bound it, is a registrar's
    /// there: nothing of an administrator's work ends at a prefix.
    /// </summary>
    private static Caller CallerOf(ApiKey key, TimeProvider time)
    {
        Prefix? prefix = null;
        var role = key.Role;
        if (key.Prefix is not null)
        {
            var isRead = Prefix.TryParse(key.Prefix, out prefix);
            role = isRead ? role : Role.Anonymous;
            role = role == Role.Admin ? Role.Registrar : role;
        }
        return new Caller(role, key.Object, key.Id)
        {
            Limiter = key.RateLimit is { } limit ? new RateLimiter(limit, time) : null,
            HasSecret = key.HasSecret,
            Prefix = prefix,
            Partner = key.Partner,
        };
    }

    private Entry? Find(ReadOnlySpan<byte> hash) =>
        _byHash.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(hash), out var entry)
        && CryptographicOperations.FixedTimeEquals(entry.Hash, hash)
            ? entry
            : null;

    /// <summary>A key with what the node knows of it.</summary>
    internal sealed record Entry(ApiKey Key, byte[] Hash, Caller Caller, LastUse LastUse);

    /// <summary>The time of a key's last use, to the second: busy callers seldom write what they all read.</summary>
    internal sealed class LastUse
    {
        private long _ticks;

        public long Ticks => Volatile.Read(ref _ticks);

        public void Note(long now)
        {
            if (now - Volatile.Read(ref _ticks) >= TimeSpan.TicksPerSecond)
            {
                Volatile.Write(ref _ticks, now);
            }
        }
    }
}
