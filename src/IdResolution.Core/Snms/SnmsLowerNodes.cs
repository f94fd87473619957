using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;

namespace IdResolution.Core.Snms;

/// <summary>
/// Answers nodes of this kind that report to this one what the protocol has no calls for: what is here below their own
/// prefix, and what they count. Needs role registrar and the prefix. Thread-safe.
/// </summary>
public sealed class SnmsLowerNodes(
    IRecordStore records,
    IStatisticStore statistics,
    ISettingStore settings,
    CatalogHolder catalog,
    PlantClock plant
)
{
    /// <summary>The most identifiers of one answer.</summary>
    public const int MaxListed = 500;

    /// <summary>The most counts of one call.</summary>
    public const int MaxCounts = 1_000;

    /// <summary>
    /// The most stores that report counts of one prefix: each has rows of its own, and a key may name any number.
    /// </summary>
    public const int MaxStores = 16;

    private const int MaxStoreName = 32;
    private const string StoresSetting = "reported:";

    // Days beyond are a fault of a clock. Another time zone may have the next day already.
    private const int MostDaysAgo = 3_660;
    private const int MostDaysAhead = 1;

    private const int HistoryPage = 100;

    // One that was changed more often is told to be by others: looking at all would take too long.
    private const int MostVersions = 1_000;

    /// <summary>Counts the active identifiers of a prefix. The time grows with their number.</summary>
    public async ValueTask<Result<long>> CountAsync(
        string? prefix,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        Own(prefix, "prefix", caller).TryGet(out var own, out var error)
            ? await records.CountAsync(Beginning(own), cancellationToken)
            : error;

    /// <summary>Lists the active identifiers of a prefix in the order of their keys.</summary>
    /// <param name="prefix">The prefix; identifiers below longer ones are not listed.</param>
    /// <param name="after">The last identifier of the page before; null or empty for the first page.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<ListedIdentifier[]>> ListAsync(
        string? prefix,
        string? after,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (!Own(prefix, "prefix", caller).TryGet(out var own, out var error))
        {
            return error;
        }
        LookupKey? begin = null;
        if (!string.IsNullOrEmpty(after))
        {
            // One of another prefix would begin the list there.
            if (!Identifier.TryParse(after, out var last) || !last.Prefix.Equals(own))
            {
                return SnmsErrors.Misshapen("after");
            }
            begin = last.Key;
        }
        return (await records.ListAsync(Beginning(own), begin, MaxListed, cancellationToken)).ToArray();
    }

    /// <summary>Tells whether an identifier is here, and whether all its versions were written by the caller.</summary>
    public async ValueTask<Result<LowerNodeRecord>> LookAsync(
        string? handle,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (string.IsNullOrEmpty(handle))
        {
            return SnmsErrors.Missing("handle");
        }
        if (
            !Identifier.Parse(handle, "handle").TryGet(out var identifier, out var error)
            || !Own(identifier.Prefix.Text, "handle", caller).TryGet(out _, out error)
        )
        {
            return error;
        }
        return
            (await records.FindAsync(identifier.Key, cancellationToken)).Record
                is { Status: RecordStatus.Active } record
            ? new LowerNodeRecord(true, await IsByAsync(record, caller.Actor, cancellationToken))
            : new LowerNodeRecord(false, false);
    }

    /// <summary>
    /// Keeps what a node counted. A day that was reported before has the new counts: the same sent twice counts once.
    /// What another store reports of the same prefix stands beside it, under that one's name.
    /// </summary>
    public async ValueTask<Error?> TakeCountsAsync(
        string? store,
        IReadOnlyList<ReportedCount?>? counts,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        // A node of an earlier version does not say it.
        store ??= "";
        if (!SetOf(store, counts, caller).TryGet(out var set, out var error))
        {
            return error;
        }
        if (store.Length > 0 && await NoteStoreAsync(store, set, cancellationToken) is { } refusal)
        {
            return refusal;
        }
        await statistics.SetAsync([.. set.Select(c => new Statistic(c.Key, c.Value))], cancellationToken);
        return null;
    }

    /// <summary>What is to be kept of a report.</summary>
    private Result<Dictionary<StatisticKey, long>> SetOf(
        string store,
        IReadOnlyList<ReportedCount?>? counts,
        Caller caller
    )
    {
        if (counts is null)
        {
            return SnmsErrors.Missing("counts");
        }
        if (!CanBe(store))
        {
            return SnmsErrors.Misshapen("store");
        }
        if (counts.Count > MaxCounts)
        {
            return SnmsErrors.TooMany(MaxCounts);
        }
        var today = DateOnly.FromDateTime(plant.Now.DateTime);
        var set = new Dictionary<StatisticKey, long>();
        foreach (var count in counts)
        {
            if (count is null || !CanBe(count, today))
            {
                return SnmsErrors.Misshapen("counts");
            }
            if (!Own(count.Prefix, "prefix", caller).TryGet(out var own, out var error))
            {
                return error;
            }
            set[Key(ReportedCount.RegisterOperation)] = count.Register;
            set[Key(ReportedCount.ResolveOperation)] = count.Resolve;

            StatisticKey Key(string operation) => new(count.Day, "", store, operation, own.Folded);
        }
        return set;
    }

    /// <summary>
    /// Notes that a store reports the prefixes. What it reported of these days before it said its name would count
    /// twice, and is set to 0.
    /// </summary>
    private async ValueTask<Error?> NoteStoreAsync(
        string store,
        Dictionary<StatisticKey, long> set,
        CancellationToken cancellationToken
    )
    {
        foreach (var prefix in set.Keys.Select(static k => k.Prefix).Distinct().ToList())
        {
            var isNew = await AddStoreAsync(prefix, store, cancellationToken);
            if (isNew is null)
            {
                return SnmsErrors.Invalid(
                    "store",
                    $"is one too many: {MaxStores} stores report {prefix} already",
                    $"过多：前缀 {prefix} 已有{MaxStores}个存储上报统计"
                );
            }
            if (isNew == false)
            {
                continue;
            }
            var (from, to) = (set.Keys.Min(static k => k.Day), set.Keys.Max(static k => k.Day));
            foreach (var (key, _) in await statistics.ReadAsync(from, to, cancellationToken))
            {
                if (key.Source.Length == 0 && set.ContainsKey(key with { Source = store }))
                {
                    set[key] = 0;
                }
            }
        }
        return null;
    }

    /// <summary>
    /// Notes that a store reports a prefix: true for the first time, false if it did before; null if too many do.
    /// </summary>
    private async ValueTask<bool?> AddStoreAsync(string prefix, string store, CancellationToken cancellationToken)
    {
        // A prefix may be longer than the name of a setting.
        var name = StoresSetting + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(prefix)));
        while (true)
        {
            var known = await settings.FindSettingAsync(name, cancellationToken);
            var stores = known?.Split(' ') ?? [];
            if (stores.Contains(store))
            {
                return false;
            }
            if (stores.Length >= MaxStores)
            {
                return null;
            }
            if (await settings.SetAsync(name, known, string.Join(' ', [.. stores, store]), cancellationToken))
            {
                return true;
            }
        }
    }

    private static bool CanBe(string store) =>
        store.Length <= MaxStoreName
        && store.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool CanBe(ReportedCount count, DateOnly today) =>
        count is { Register: >= 0 and <= ReportedCount.Most, Resolve: >= 0 and <= ReportedCount.Most }
        && count.Day >= today.AddDays(-MostDaysAgo)
        && count.Day <= today.AddDays(MostDaysAhead);

    private async ValueTask<bool> IsByAsync(StoredRecord record, long actor, CancellationToken cancellationToken)
    {
        var before = 0L;
        while (record.Version <= MostVersions)
        {
            var page = await records.HistoryAsync(record.Object, before, HistoryPage, cancellationToken);
            if (page.Count == 0)
            {
                return true;
            }
            foreach (var version in page)
            {
                if (version.Body.Actor != actor)
                {
                    return false;
                }
                before = version.Body.Version;
            }
        }
        return false;
    }

    /// <summary>A homed prefix that is the caller's.</summary>
    private Result<Prefix> Own(string? text, string field, Caller caller)
    {
        if (string.IsNullOrEmpty(text))
        {
            return SnmsErrors.Missing(field);
        }
        var known = catalog.Current;
        if (!Prefix.TryParse(text, out var prefix))
        {
            return SnmsErrors.Misshapen(field);
        }
        if (AccessPolicy.RequireOwnPrefix(caller, text, SnmsTemplates.First(known)) is { } refused)
        {
            return refused;
        }
        return known.IsHomed(text) ? prefix : IdentifierErrors.NotResponsible(text, field);
    }

    private static LookupKey Beginning(Prefix prefix) => LookupKey.Of(prefix.Folded + "/");
}

/// <summary>What a node below is told of an identifier.</summary>
/// <param name="IsThere">True if it is registered here, and not revoked.</param>
/// <param name="IsByCaller">True if it is, and the caller wrote every version of it.</param>
public readonly record struct LowerNodeRecord(bool IsThere, bool IsByCaller);
