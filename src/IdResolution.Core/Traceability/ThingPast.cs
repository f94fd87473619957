using IdResolution.Core.Access;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;

namespace IdResolution.Core.Traceability;

/// <summary>
/// What was so of one thing at a time: what the latest event about it measured by then, or what its record said, where
/// that was changed later. Used by one call.
/// </summary>
internal sealed class ThingPast(PastReader stores, TraceItem thing, ThingPast.View view)
{
    /// <summary>The most events about it that are looked at, the latest of them.</summary>
    public const int MostEvents = 1_000;

    // What the templates call them that the node ships with.
    private const string UsualCalibration = "calibrationDueDate";
    private const string UsualStrokes = "strokes";
    private const string UsualStrokeLimit = "strokeLimit";

    private const int Page = 100;
    private const int PageOfUses = 50;
    private const int MostUses = 200;

    // In which an event is about it. What it was used for says nothing of it, but its strokes.
    private static readonly MemberRole[] s_own = [MemberRole.Item, MemberRole.Output, MemberRole.Parent];

    private readonly List<Said> _own = [];
    private readonly Dictionary<long, Kept> _versions = [];
    private readonly Template? _template = TemplateOf(stores, thing);
    private StoredRecord? _record;
    private bool _isRead;
    private int _looked;
    private EventQuery? _next = new()
    {
        Item = thing.Number,
        Roles = s_own,
        To = view.Latest + 1,
        Descending = true,
        Number = view.Number,
        Limit = Page,
    };

    /// <summary>True if there are more events about it than were looked at.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether it was calibrated.</summary>
    public async ValueTask<CalibrationStatus> CalibrationAsync(long time, CancellationToken cancellationToken)
    {
        if (!thing.IsRegistered)
        {
            return new CalibrationStatus(CalibrationState.Unknown);
        }
        var named = _template?.Trace?.Calibration;
        if (CodeOf(named, UsualCalibration) is not { } code)
        {
            return new CalibrationStatus(CalibrationState.NotSubject);
        }
        var said = await SaidAsync(code, time, LastDay.IsDate, cancellationToken);
        if (await LatestAsync(code, said, time, cancellationToken) is not { } until || !LastDay.IsDate(until.Value))
        {
            // What wears by strokes, as a mould, has the attribute, and need not be calibrated.
            var wears =
                _template?.Trace?.StrokeLimit is { } limit
                && await ValueAsync(limit, time, cancellationToken) is not null;
            return new CalibrationStatus(named is null || wears ? CalibrationState.NotSubject : CalibrationState.Never);
        }
        var isOver = LastDay.IsOver(until.Value, time, stores.Plant);
        return new CalibrationStatus(isOver ? CalibrationState.Overdue : CalibrationState.Valid, until);
    }

    /// <summary>How many strokes it had made; null where nothing says so.</summary>
    public async ValueTask<StrokeStatus?> StrokesAsync(long time, CancellationToken cancellationToken)
    {
        if (CodeOf(_template?.Trace?.Strokes, UsualStrokes) is not { } made)
        {
            return null;
        }
        var said = await SaidAsync(made, time, IsNumber, cancellationToken);
        var counted = await CountedAsync(made, time, cancellationToken);
        var last = said is null || counted?.Time >= said.Time ? counted : said;
        if (await LatestAsync(made, last, time, cancellationToken) is not { } strokes || !IsNumber(strokes.Value))
        {
            return null;
        }
        var limit = CodeOf(_template?.Trace?.StrokeLimit, UsualStrokeLimit) is { } code
            ? await ValueAsync(code, time, cancellationToken)
            : null;
        return new StrokeStatus(strokes, limit is not null && IsNumber(limit.Value) ? limit : null);
    }

    /// <summary>All that was known of it, by name.</summary>
    public async ValueTask<SortedDictionary<string, SaidValue>> ValuesAsync(
        long time,
        int most,
        CancellationToken cancellationToken
    )
    {
        while (await ReadMoreAsync(cancellationToken))
        {
            // All that are looked at.
        }
        var kept = await KeptAsync(time, cancellationToken);
        var names = kept?.Values.Keys.ToHashSet(StringComparer.Ordinal) ?? [];
        names.UnionWith(_own.Where(said => said.Time <= time).SelectMany(static said => said.Values.Keys));
        IsCut |= names.Count > most;
        var values = new SortedDictionary<string, SaidValue>(StringComparer.Ordinal);
        foreach (var name in names.Take(most))
        {
            if (await ValueAsync(name, time, cancellationToken) is { } value)
            {
                values.Add(name, value);
            }
        }
        return values;
    }

    private async ValueTask<SaidValue?> ValueAsync(string name, long time, CancellationToken cancellationToken) =>
        await LatestAsync(
            name,
            await SaidAsync(name, time, static _ => true, cancellationToken),
            time,
            cancellationToken
        );

    /// <summary>What an event said, or what the record said where that was changed since.</summary>
    private async ValueTask<SaidValue?> LatestAsync(
        string name,
        SaidValue? said,
        long time,
        CancellationToken cancellationToken
    )
    {
        var kept = await KeptValueAsync(name, time, cancellationToken);
        if (said is null || kept is null || kept.Value == said.Value)
        {
            return said ?? kept;
        }
        var before = await KeptValueAsync(name, said.Time, cancellationToken);
        return before?.Value == kept.Value ? said : kept;
    }

    /// <summary>What the latest event about it said of one name.</summary>
    private async ValueTask<SaidValue?> SaidAsync(
        string name,
        long time,
        Predicate<string> isValue,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; ; i++)
        {
            while (i >= _own.Count)
            {
                if (!await ReadMoreAsync(cancellationToken))
                {
                    return null;
                }
            }
            if (_own[i].Time <= time && _own[i].Values.TryGetValue(name, out var value) && isValue(value.Value))
            {
                return value;
            }
        }
    }

    /// <summary>Looks at earlier events about it. False if there are no more, or enough.</summary>
    private async ValueTask<bool> ReadMoreAsync(CancellationToken cancellationToken)
    {
        if (_next is null)
        {
            return false;
        }
        var page = await stores.Events.ListAsync(_next, cancellationToken);
        foreach (var stored in page)
        {
            if (PastReader.Counts(stored, view.Number))
            {
                _own.Add(new Said(stored.Time, MeasuredIn(stored)));
            }
        }
        _looked += page.Count;
        IsCut |= page.IsFull && _looked >= MostEvents;
        _next = page.IsFull && !IsCut ? _next with { After = (page[^1].Time, page[^1].Object) } : null;
        return page.Count > 0;
    }

    /// <summary>What the latest event in which it was used counted.</summary>
    private async ValueTask<SaidValue?> CountedAsync(string name, long time, CancellationToken cancellationToken)
    {
        var query = new EventQuery
        {
            Equipment = thing.Number,
            To = time + 1,
            Descending = true,
            Number = view.Number,
            Limit = PageOfUses,
        };
        for (var looked = 0; looked < MostUses; )
        {
            var page = await stores.Events.ListAsync(query, cancellationToken);
            foreach (var stored in page)
            {
                if (
                    PastReader.Counts(stored, view.Number)
                    && MeasuredIn(stored).TryGetValue(name, out var counted)
                    && IsNumber(counted.Value)
                )
                {
                    return counted;
                }
            }
            if (!page.IsFull)
            {
                return null;
            }
            looked += page.Count;
            query = query with { After = (page[^1].Time, page[^1].Object) };
        }
        IsCut = true;
        return null;
    }

    private async ValueTask<SaidValue?> KeptValueAsync(string name, long time, CancellationToken cancellationToken) =>
        (await KeptAsync(time, cancellationToken))?.Values.GetValueOrDefault(name);

    /// <summary>The version of its record at a time: the last one by then, or the first; null without record.</summary>
    private async ValueTask<Kept?> KeptAsync(long time, CancellationToken cancellationToken)
    {
        if (!_isRead)
        {
            _record = thing.IsRegistered
                ? (await stores.Records.FindAsync(thing.Key.Folded, cancellationToken)).Record
                : null;
            _isRead = true;
        }
        if (_record is not { } record)
        {
            return null;
        }
        var (low, high) = (record.UpdatedAt <= time ? record.Version : 1, record.Version);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            var isLater = (await VersionAsync(record, middle, cancellationToken)).Time > time;
            (low, high) = isLater ? (low, middle - 1) : (middle, high);
        }
        return await VersionAsync(record, low, cancellationToken);
    }

    private async ValueTask<Kept> VersionAsync(StoredRecord record, long version, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue(version, out var known))
        {
            return known;
        }
        var (state, time) = (record.State, record.UpdatedAt);
        if (
            version < record.Version
            && await stores.Records.HistoryAsync(record.Object, version + 1, 1, cancellationToken) is [var found, ..]
        )
        {
            (state, time) = (found.State, found.Body.Time);
        }
        var values = new Dictionary<string, SaidValue>(StringComparer.Ordinal);
        foreach (var (attribute, text) in RecordReader.Read(state, stores.Catalog, view.Projection).Attributes)
        {
            values[attribute.Code] = new SaidValue(text, attribute.Unit, null, version, time);
        }
        return _versions[version] = new Kept(time, values);
    }

    private Dictionary<string, SaidValue> MeasuredIn(StoredEvent stored)
    {
        var measured = new List<Measured>();
        Measured.Read(stored, measured);
        var values = new Dictionary<string, SaidValue>(StringComparer.Ordinal);
        foreach (var one in measured)
        {
            if ((one.Text ?? one.Value) is { } value)
            {
                var said = new SaidValue(value, one.Unit, stores.Ids.Of(stored.Object), 0, stored.Time);
                values.TryAdd(one.Characteristic, said);
            }
        }
        return values;
    }

    private static bool IsNumber(string text) => LotBalance.TryRead(text, out _);

    private static Template? TemplateOf(PastReader stores, TraceItem thing) =>
        thing.Template is { } code ? stores.Catalog.FindPublished(code) ?? stores.Catalog.FindLatest(code) : null;

    /// <summary>The attribute that a template names for something, else the usual one where it has that.</summary>
    private string? CodeOf(string? named, string usual) => named ?? (_template?.Find(usual) is null ? null : usual);

    /// <summary>What is looked at.</summary>
    /// <param name="Number">The log number to read events at.</param>
    /// <param name="Latest">The latest time that is asked for, in microseconds since 1970 UTC.</param>
    /// <param name="Projection">What the caller may see of records.</param>
    internal sealed record View(long Number, long Latest, Projection Projection);

    private readonly record struct Said(long Time, Dictionary<string, SaidValue> Values);

    private sealed record Kept(long Time, Dictionary<string, SaidValue> Values);
}
