using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Resolution;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Compares the stock of a place with what was scanned there, and records what was found where that is asked for.
/// Needs role reader, and registrar to record. Thread-safe.
/// </summary>
public sealed class StockCounter(
    IStockStore stock,
    IEventStore store,
    StockReader reader,
    Scanner scanner,
    EventRecorder recorder,
    StockReckoner reckoner
)
{
    /// <summary>The most scans of one call.</summary>
    public const int MaxScans = 10_000;

    /// <summary>The most lines of the stock of a place that a stocktake is compared with.</summary>
    public const int MaxExpected = 200_000;

    private const string Found = "found";
    private const string Missing = "missing";
    private const int AtOnce = 1_000;
    private const int ItemsOfAnEvent = 5_000;

    /// <summary>Compares, and records where that is asked for.</summary>
    public async ValueTask<Result<Stocktake>> CountAsync(
        StocktakeRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var needed = request.Record is null ? Role.Reader : Role.Registrar;
        if (AccessPolicy.RequireOfNode(caller, needed) is { } refused)
        {
            return refused;
        }
        if (!Check(request).TryGet(out var place, out var error))
        {
            return error;
        }
        var known = await reader.Numbers.FindAsync(place, request.Place!, "place", cancellationToken);
        if (request.Record is null && !known.TryGet(out _, out error))
        {
            // A new shelf is counted in by the first count that is recorded.
            return error;
        }
        var (number, behind) = await reader.CatchUpAsync(cancellationToken);
        if (request.Record is not null && behind > 0)
        {
            // What was moved since would be taken for missing.
            return Behind(behind);
        }
        var expected = await ExpectedAsync(place, cancellationToken);
        if (expected is null)
        {
            return TooLarge();
        }
        var (times, unknown) = await ScannedAsync(request.Scans, caller, cancellationToken);
        if (request.Record is not null && times.Count == 0)
        {
            return NothingScanned();
        }
        var scanned = times.Keys.Select(static item => item.Number).ToHashSet();
        expected.RemoveAll(row => !scanned.Contains(row.Item) && !reader.IsOfGoods(row));
        var (elsewhere, unexpected) = await StrayAsync(place, times.Keys, cancellationToken);
        var missing = await MissingAsync(expected, times.Keys, cancellationToken);
        var taken = new Stocktake
        {
            Place = request.Place!,
            Number = number,
            Behind = behind,
            Expected = expected.Count,
            Counted = times.Count,
            Missing = await reader.LinesAsync(missing, cancellationToken),
            Elsewhere = await reader.LinesAsync(elsewhere, cancellationToken),
            Unexpected = [.. unexpected.Select(static i => i.Spelling)],
            Unknown = unknown,
            Twice = [.. times.Where(static t => t.Value > 1).Select(static t => t.Key.Spelling)],
        };
        return request.Record is null
            ? taken
            : await RecordAsync(
                request,
                taken,
                await PiecesAsync(elsewhere.Concat(missing), unexpected, cancellationToken),
                await UnderScannedAsync(expected, times.Keys, taken.Missing, cancellationToken),
                caller,
                cancellationToken
            );
    }

    private Result<ItemKey> Check(StocktakeRequest request)
    {
        var faults = new Faults();
        var place = reader.PlaceOf(request.Place ?? "", faults);
        if (request.Scans.Count is 0 or > MaxScans)
        {
            faults.Add("scans", $"must be 1 to {MaxScans} texts", $"应为 1 至 {MaxScans} 个文本");
        }
        if (request.Record is { } record)
        {
            // Two counts that look alike are two: the key tells which of them is sent again.
            SourceRules.CheckNeeded(record.Source, record.SourceKey, "record.", faults);
            CheckTime(record.Time, faults);
        }
        if (request is { MissingTo: not null, Record: null })
        {
            faults.Add("missingTo", "needs record", "须与 record 同用");
        }
        EventTexts.Check(request.MissingTo, "missingTo", EventRules.MaxText, faults);
        faults.TryCombine(out var error);
        return Faults.Join(request.Misread, error) is { } faulty ? faulty : place!.Value;
    }

    private static void CheckTime(string? given, Faults faults)
    {
        var ofTime = new Faults();
        if (given is not null)
        {
            EventTimes.Read(given, null, ofTime);
        }
        if (ofTime.TryCombine(out var error))
        {
            faults.Add(ErrorFields.Within(error, "record"));
        }
    }

    /// <summary>All rows at the place; null where there are too many.</summary>
    private async ValueTask<List<StockRow>?> ExpectedAsync(ItemKey place, CancellationToken cancellationToken)
    {
        var all = new List<StockRow>();
        IReadOnlyList<StockRow> page;
        do
        {
            var query = new StockQuery
            {
                Place = place,
                After = all.Count == 0 ? null : all[^1].Position,
                Limit = AtOnce,
            };
            page = await stock.ReadAsync(query, cancellationToken);
            all.AddRange(page);
            if (all.Count > MaxExpected)
            {
                return null;
            }
        } while (page.Count == AtOnce);
        return all;
    }

    /// <summary>The items that were scanned, with how often, and the scans of none.</summary>
    private async ValueTask<(Dictionary<TraceItem, int> Times, List<string> Unknown)> ScannedAsync(
        IReadOnlyList<string> scans,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var found = new List<(string Scan, ItemKey? Key)>(scans.Count);
        foreach (var scan in scans)
        {
            var read = await scanner.FindAsync(scan, caller, cancellationToken);
            found.Add((scan, read.TryGet(out var identifier, out _) ? ItemKey.Of(identifier) : null));
        }
        var items = await store.ItemsByKeyAsync(found.Select(static f => f.Key).OfType<ItemKey>(), cancellationToken);
        var (times, unknown) = (new Dictionary<TraceItem, int>(), new List<string>());
        foreach (var (scan, key) in found)
        {
            if (key is { } named && items.TryGetValue(named, out var item) && item.IsRegistered)
            {
                times[item] = times.GetValueOrDefault(item) + 1;
            }
            else
            {
                unknown.Add(scan);
            }
        }
        return (times, unknown);
    }

    /// <summary>Of what was scanned, the rows of what is in stock at other places alone, and what is nowhere.</summary>
    private async ValueTask<(List<StockRow> Elsewhere, List<TraceItem> Unexpected)> StrayAsync(
        ItemKey place,
        IEnumerable<TraceItem> scanned,
        CancellationToken cancellationToken
    )
    {
        var (elsewhere, unexpected) = (new List<StockRow>(), new List<TraceItem>());
        foreach (var item in scanned)
        {
            var rows = await stock.ReadAsync(new StockQuery { Item = item.Number, Limit = AtOnce }, cancellationToken);
            if (rows.Count == 0)
            {
                unexpected.Add(item);
            }
            else if (!rows.Any(row => row.Place == place))
            {
                elsewhere.AddRange(rows);
            }
        }
        return (elsewhere, unexpected);
    }

    /// <summary>The rows at the place of which neither the item nor anything that it is on was scanned.</summary>
    private async ValueTask<List<StockRow>> MissingAsync(
        List<StockRow> expected,
        IEnumerable<TraceItem> scanned,
        CancellationToken cancellationToken
    )
    {
        var numbers = scanned.Select(static i => i.Number).ToHashSet();
        var there = scanned.Select(static i => i.Key).ToHashSet();
        var missing = expected.FindAll(row => !numbers.Contains(row.Item));
        ItemKey[] carriers = [.. missing.Select(static row => row.Holder).OfType<ItemKey>().Distinct()];
        var known = await store.NumbersAsync(carriers, cancellationToken);
        var keys = carriers.Zip(known).Where(static c => c.Second != 0).ToDictionary(c => c.Second, c => c.First);
        // What is on a carrier that is there is there too; then what is on that, a round for each depth.
        for (var depth = 0; depth < PlaceFinder.Deepest; depth++)
        {
            var on = missing.FindAll(row => row.Holder is { } holder && there.Contains(holder));
            if (on.Count == 0)
            {
                break;
            }
            missing.RemoveAll(row => row.Holder is { } holder && there.Contains(holder));
            there.UnionWith(on.Where(row => keys.ContainsKey(row.Item)).Select(row => keys[row.Item]));
        }
        return missing;
    }

    /// <summary>
    /// The pieces among the differences. Of lots nobody scanned how much there is, and what was used up, built in or
    /// destroyed comes back by no scan.
    /// </summary>
    private async ValueTask<HashSet<string>> PiecesAsync(
        IEnumerable<StockRow> rows,
        List<TraceItem> unexpected,
        CancellationToken cancellationToken
    )
    {
        var pieces = unexpected.Select(static item => item.Spelling).ToHashSet(StringComparer.Ordinal);
        long[] numbers = [.. rows.Select(static row => row.Item).Concat(unexpected.Select(static i => i.Number))];
        foreach (var some in numbers.Distinct().Chunk(AtOnce))
        {
            foreach (var (item, isPiece) in await reckoner.PiecesAsync(some, cancellationToken))
            {
                _ = isPiece ? pieces.Add(item.Spelling) : pieces.Remove(item.Spelling);
            }
        }
        return pieces;
    }

    /// <summary>
    /// The carriers on which something was scanned: moved away, they would take along what was seen at the place.
    /// </summary>
    private async ValueTask<HashSet<string>> UnderScannedAsync(
        List<StockRow> expected,
        IEnumerable<TraceItem> scanned,
        IReadOnlyList<StockLine> missing,
        CancellationToken cancellationToken
    )
    {
        var numbers = scanned.Select(static item => item.Number).ToHashSet();
        var held = expected.FindAll(row => row.Holder is not null && numbers.Contains(row.Item));
        var lines = await reader.LinesAsync(held, cancellationToken);
        var under = lines.Select(static line => line.In).OfType<string>().ToHashSet(StringComparer.Ordinal);
        for (var depth = 0; depth < PlaceFinder.Deepest; depth++)
        {
            string?[] above =
            [
                .. missing.Where(line => under.Contains(line.Identifier)).Select(static line => line.In),
            ];
            under.UnionWith(above.OfType<string>());
        }
        return under;
    }

    /// <summary>Records that what was found is here, and where what is missing is brought.</summary>
    private async ValueTask<Result<Stocktake>> RecordAsync(
        StocktakeRequest request,
        Stocktake taken,
        HashSet<string> pieces,
        HashSet<string> underScanned,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        string[] found =
        [
            .. taken.Elsewhere.Select(static line => line.Identifier).Where(pieces.Contains).Distinct(),
            .. taken.Unexpected.Where(pieces.Contains),
        ];
        string[] missing = request.MissingTo is null
            ? []
            :
            [
                .. taken
                    .Missing.Select(static line => line.Identifier)
                    .Where(id => pieces.Contains(id) && !underScanned.Contains(id))
                    .Distinct(),
            ];
        var (events, recorded) = (new List<Result<EventRequest>>(), new List<RecordedEvent>());
        foreach (
            var (what, items, to) in new[] { (Found, found, request.Place), (Missing, missing, request.MissingTo) }
        )
        {
            // A count that is sent again finds other differences, since those of before are recorded.
            var before = await RecordedAsync(request.Record!, what, cancellationToken);
            recorded.AddRange(before);
            if (before.Count == 0)
            {
                events.AddRange(Moves(items, request, what, to));
            }
        }
        foreach (var result in await recorder.RecordAsync(events, caller, cancellationToken))
        {
            if (!result.TryGet(out var one, out var error))
            {
                return error;
            }
            recorded.Add(one);
        }
        return taken with { Recorded = recorded };
    }

    /// <summary>What a count with this key recorded before.</summary>
    private async ValueTask<List<RecordedEvent>> RecordedAsync(
        IntentEvent record,
        string what,
        CancellationToken cancellationToken
    )
    {
        var before = new List<RecordedEvent>();
        while (
            await recorder.FindAsync(record.Source!, KeyOf(record, what, before.Count), cancellationToken) is { } known
        )
        {
            before.Add(known);
        }
        return before;
    }

    private static string KeyOf(IntentEvent record, string what, int index) => $"{record.SourceKey}/{what}/{index + 1}";

    private IEnumerable<Result<EventRequest>> Moves(
        string[] identifiers,
        StocktakeRequest request,
        string what,
        string? place
    ) =>
        identifiers
            .Chunk(ItemsOfAnEvent)
            .Select(
                (some, i) =>
                    (Result<EventRequest>)
                        new EventRequest
                        {
                            Type = EventNames.Of(EventType.Move),
                            Time = request.Record!.Time ?? reckoner.Now.ToString("O"),
                            IsUntimed = request.Record.Time is null,
                            Source = request.Record.Source,
                            SourceKey = KeyOf(request.Record, what, i),
                            Place = new ThingRequest { Text = place },
                            Reason = "stocktake: " + what,
                            Items = [.. some.Select(static id => new ThingRequest { Identifier = id })],
                        }
            );

    private static Error Behind(long entries) =>
        Error.Of(
            ErrorCode.Unavailable,
            $"The stock does not have the latest {entries:N0} entries of the log yet: nothing was recorded. Send the "
                + "count again in a moment, with the same record.",
            $"库存尚未计入日志的最近 {entries} 条记录，未记录任何内容。请稍后以相同的 record 重新发送。"
        );

    /// <summary>All that is there would be taken for missing.</summary>
    private static Error NothingScanned() =>
        Error.Of(
            ErrorCode.InvalidValue,
            "None of the scans is an item that is registered here: nothing was recorded.",
            "扫码结果中没有在本节点注册的标识，未记录任何内容。",
            "scans"
        );

    private static Error TooLarge() =>
        Error.Of(
            ErrorCode.TooLarge,
            $"More than {MaxExpected:N0} lines of stock are there; count the places within it one by one.",
            $"该位置的库存超过 {MaxExpected} 行，请逐个盘点其下级位置。",
            "place"
        );
}
