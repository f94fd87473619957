using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Says whether an item that was scanned may be used as somebody wants, with every reason against it, and records the
/// event where that is asked for. Needs role reader, and registrar to record. Thread-safe.
/// </summary>
public sealed class IntentJudge(
    Resolver resolver,
    IRecordStore records,
    CatalogHolder catalog,
    IntentRecorder recorder,
    IntentThings things,
    IntentRuleList rules
)
{
    /// <summary>Judges what is to be done with an item.</summary>
    public async ValueTask<Result<IntentAnswer>> JudgeAsync(
        Identifier item,
        ScanIntent intent,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(intent);
        var needed = intent.Record is null ? Role.Reader : Role.Registrar;
        if (AccessPolicy.RequireOfNode(caller, needed) is { } refused)
        {
            return refused;
        }
        if (!TryKind(intent, out var kind, out var error))
        {
            return error;
        }
        // Who only asks is answered as a resolution is; what is recorded rests on the store.
        var record = intent.Record is null
            ? (await resolver.ResolveAsync(item.Key, cancellationToken)).Record
            : (await records.FindAsync(item.Key, cancellationToken)).Record;
        if (record is null || !catalog.Current.IsHomed(item))
        {
            return await AbsentIdentifier.ErrorAsync(item, catalog.Current, records, cancellationToken);
        }
        var found = await things.FindAsync(intent, caller, cancellationToken);
        if (!found.TryGet(out var subjects, out error))
        {
            return error;
        }
        var identifier = RecordState.IdentifierOf(record);
        var request = intent.Record is { } wanted ? ToEvent(identifier, intent, kind, wanted) : null;
        if (request is not null && await recorder.FindAsync(request, caller, cancellationToken) is { } known)
        {
            // It was judged when it was sent first. Judged again, it would stand against itself.
            return await recorder.AnswerAsync(identifier, known, subjects.Order, caller, cancellationToken);
        }
        var judged = new IntentCase
        {
            Kind = kind,
            Item = new RuledRecord(record, catalog.Current),
            Subjects = subjects,
            Into = subjects.Into?.Record.Object ?? 0,
            Quantity = LotBalance.TryRead(intent.Quantity, out var quantity) ? quantity : null,
            Unit = intent.Unit,
            IsRecording = request is not null,
        };
        return request is null
            ? new IntentAnswer(identifier, (await rules.JudgeAsync(judged, cancellationToken)).Reasons)
            : await recorder.RecordAsync(identifier, judged, request, caller, cancellationToken);
    }

    /// <summary>What is wrong with an intent, as far as it can be told without looking for anything.</summary>
    public static Error? Fault(ScanIntent intent)
    {
        ArgumentNullException.ThrowIfNull(intent);
        return TryKind(intent, out _, out var error) ? null : error;
    }

    private EventRequest ToEvent(string identifier, ScanIntent intent, IntentKind kind, IntentEvent wanted)
    {
        var item = new ThingRequest
        {
            Identifier = identifier,
            Quantity = intent.Quantity,
            Unit = intent.Unit,
            Position = intent.Position,
        };
        var request = new EventRequest
        {
            Time = wanted.Time ?? rules.Now.ToString("O"),
            IsUntimed = wanted.Time is null,
            Source = wanted.Source,
            SourceKey = wanted.SourceKey,
            Step = intent.Step,
            Place = intent.Place,
            Equipment = intent.Equipment,
            Tools = intent.Tools,
        };
        return With(request, kind, item, intent);
    }

    private static EventRequest With(EventRequest request, IntentKind kind, ThingRequest item, ScanIntent intent)
    {
        request = request with { Documents = intent.Order is { } order ? [order] : [] };
        return kind switch
        {
            IntentKind.Move => request with { Type = "move", Items = [item] },
            IntentKind.Ship => request with { Type = "ship", Items = [item] },
            IntentKind.Install => request with { Type = "install", Parent = intent.Into, Children = [item] },
            _ when intent.Into is { } into => request with { Type = "transform", Inputs = [item], Outputs = [into] },
            _ => request with { Type = "operate", Items = [item] },
        };
    }

    private static bool TryKind(
        ScanIntent intent,
        out IntentKind kind,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Error? error
    )
    {
        var faults = new Faults();
        (kind, var isKnown) = intent.Do switch
        {
            "use" => (IntentKind.Use, true),
            "move" => (IntentKind.Move, true),
            "ship" => (IntentKind.Ship, true),
            "install" => (IntentKind.Install, true),
            _ => (default, false),
        };
        if (!isKnown)
        {
            faults.Add("intent.do", "must be use, move, ship or install", "应为 use、move、ship 或 install");
        }
        if (isKnown && kind == IntentKind.Install && intent.Into is null)
        {
            faults.Add("intent.into", "is needed to install", "安装时不能为空");
        }
        if (isKnown && kind == IntentKind.Move && intent.Place is null)
        {
            faults.Add("intent.place", "is needed to move", "移动时不能为空");
        }
        if (intent.Record is { SourceKey: null, Time: null })
        {
            // Without, the second of two scans that look alike would be taken for the first.
            faults.Add("intent.record", "needs source and sourceKey, or time", "须有 source 和 sourceKey，或 time");
        }
        EventTexts.Number(intent.Quantity, "intent", "quantity", faults, isAmount: true);
        return !faults.TryCombine(out error);
    }
}
