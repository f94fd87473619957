using System.Globalization;
using System.Security.Cryptography;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Documents;

/// <summary>
/// The data keys of a store, in its settings, each wrapped with a key of the key file. Rotation wraps them anew and
/// adds one: so ciphertexts, which the log has committed to, stay as they are. Thread-safe.
/// </summary>
public sealed class DataKeys
{
    private const string Prefix = "data-key.";
    private const int First = 1;

    private readonly ISettingStore _settings;
    private readonly NodeSecrets _secrets;
    private readonly Func<KeyRing?> _readFile;
    private readonly Lock _lock = new();
    private long _soughtAt = long.MinValue / 2;

    // The keys that data keys are wrapped with, by number.
    private volatile IReadOnlyDictionary<int, string> _wrappedBy = new Dictionary<int, string>();

    /// <summary>Serves data keys to <paramref name="secrets"/>.</summary>
    /// <param name="settings">Where they are.</param>
    /// <param name="secrets">The secrets of the node.</param>
    /// <param name="readFile">Reads the key file again; null where it cannot be read.</param>
    public DataKeys(ISettingStore settings, NodeSecrets secrets, Func<KeyRing?> readFile)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _settings = settings;
        _secrets = secrets;
        _readFile = readFile;
        secrets.Unknown = Find;
    }

    /// <summary>The secrets that it serves.</summary>
    public NodeSecrets Secrets => _secrets;

    /// <summary>The ids of the keys that wrap data keys and that this node's key file lacks.</summary>
    public IReadOnlyList<string> Missing =>
        [.. _wrappedBy.Where(k => !_secrets.DataKeys.ContainsKey(k.Key)).Select(k => k.Value).Distinct()];

    /// <summary>How many data keys each key wraps, by its id.</summary>
    public IReadOnlyDictionary<string, int> Uses =>
        _wrappedBy.Values.CountBy(id => id).ToDictionary(c => c.Key, c => c.Value);

    /// <summary>
    /// Reads the data keys, and makes the first one if there is none. Looks into the key file again where it lacks a
    /// key.
    /// </summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = await RowsAsync(cancellationToken);
        if (rows.Count == 0)
        {
            // Every node has the oldest key of its file.
            var name = NameOf(First);
            var made = _secrets.Ring.Wrap(
                _secrets.Ring.Ids[0],
                name,
                RandomNumberGenerator.GetBytes(KeyRing.KeyLength)
            );
            rows[First] = await _settings.GetOrAddAsync(name, made);
        }
        Take(rows);
    }

    /// <summary>Takes the keys that the key file has now.</summary>
    public void Reread()
    {
        if (_readFile() is { } ring && ring.Fingerprint == _secrets.Fingerprint)
        {
            _secrets.Ring = ring;
        }
    }

    /// <summary>
    /// Wraps all data keys with the last key of the key file, and adds a data key for new secrets. May be run again
    /// after it was broken off. Every node must have the key.
    /// </summary>
    /// <returns>True if it began; false if it went on with what was begun, or nothing was left to do.</returns>
    public async Task<bool> RotateAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        RequireAll();
        var ring = _secrets.Ring;
        var id = ring.Ids[^1];
        // The key of earlier versions is derived from the first key, which may go once this one is in the store.
        await AddAsync(NodeSecrets.UnboundNumber, ring, id, _secrets.DataKeys[NodeSecrets.UnboundNumber]);
        var last = _wrappedBy.Keys.Max();
        var begins = _wrappedBy[last] != id;
        if (begins)
        {
            await AddAsync(last + 1, ring, id, RandomNumberGenerator.GetBytes(KeyRing.KeyLength));
        }
        foreach (var (number, wrapped) in await RowsAsync(cancellationToken))
        {
            if (KeyRing.IdIn(wrapped) != id)
            {
                var name = NameOf(number);
                var dataKey = ring.Unwrap(name, wrapped) ?? throw Lacks(KeyRing.IdIn(wrapped));
                // Where another rotation was faster, that one has wrapped it.
                await _settings.ReplaceAsync(name, wrapped, ring.Wrap(id, name, dataKey), cancellationToken);
            }
        }
        await LoadAsync(cancellationToken);
        return begins;
    }

    private Task<string> AddAsync(int number, KeyRing ring, string id, byte[] dataKey) =>
        _settings.GetOrAddAsync(NameOf(number), ring.Wrap(id, NameOf(number), dataKey));

    private async Task<Dictionary<int, string>> RowsAsync(CancellationToken cancellationToken)
    {
        var rows = new Dictionary<int, string>();
        foreach (var (name, wrapped) in await _settings.ListAsync(Prefix, cancellationToken))
        {
            if (TryNumber(name, out var number))
            {
                rows[number] = wrapped;
            }
        }
        return rows;
    }

    private void Take(Dictionary<int, string> rows)
    {
        lock (_lock)
        {
            if (rows.Values.Any(w => !_secrets.Ring.Ids.Contains(KeyRing.IdIn(w))))
            {
                Reread();
            }
            var keys = new Dictionary<int, byte[]>();
            foreach (var (number, wrapped) in rows)
            {
                if (_secrets.Ring.Unwrap(NameOf(number), wrapped) is { } key)
                {
                    keys[number] = key;
                }
            }
            var wrappedBy = rows.ToDictionary(r => r.Key, r => KeyRing.IdIn(r.Value));
            if (!rows.ContainsKey(NodeSecrets.UnboundNumber) && _secrets.Ring.FirstDataKey() is { } first)
            {
                keys[NodeSecrets.UnboundNumber] = first;
                wrappedBy[NodeSecrets.UnboundNumber] = _secrets.Ring.Ids[0];
            }
            _wrappedBy = wrappedBy;
            _secrets.DataKeys = keys;
            _secrets.LacksLast = !keys.ContainsKey(rows.Keys.Max());
        }
    }

    /// <summary>
    /// Finds a data key by looking into store and key file again. It waits on the calling thread, which is rare:
    /// another node has just rotated, or the key is missing here.
    /// </summary>
    private (int Number, byte[] Key)? Find(int? number)
    {
        var now = Environment.TickCount64;
        if (now - Interlocked.Exchange(ref _soughtAt, now) >= 1_000 || _wrappedBy.Count == 0)
        {
            LoadAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        var sought = number ?? _wrappedBy.Keys.Max();
        if (_secrets.DataKeys.TryGetValue(sought, out var key))
        {
            return (sought, key);
        }
        return _wrappedBy.TryGetValue(sought, out var id) ? throw Lacks(id) : null;
    }

    private void RequireAll()
    {
        if (Missing is [var id, ..])
        {
            throw Lacks(id);
        }
    }

    private static StoreException Lacks(string id) =>
        new(
            Error.Of(
                ErrorCode.Unavailable,
                $"The key file of this node lacks the key {id}, with which a secret is encrypted.",
                $"本节点的密钥文件缺少用于加密的密钥 {id}。"
            ),
            null
        );

    /// <summary>Reads the number of the data key that a setting holds; false if it holds none.</summary>
    internal static bool TryNumber(string setting, out int number)
    {
        number = 0;
        return setting.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(setting.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static string NameOf(int number) => Prefix + number.ToString(CultureInfo.InvariantCulture);
}
