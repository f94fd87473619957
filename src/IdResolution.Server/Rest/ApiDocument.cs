using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;

namespace IdResolution.Server.Rest;

/// <summary>
/// Shapes of bodies for the OpenAPI document only. Hot paths read and write these bodies by hand. A member with a
/// default value may be missing. <see cref="ApiTexts"/> says what the members are.
/// </summary>
internal static class ApiDocument
{
    internal sealed record Registration(
        string? Template = null,
        string? Identifier = null,
        string? Source = null,
        string? SourceKey = null,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys = null,
        Dictionary<string, JsonElement>? Attributes = null,
        IReadOnlyList<GivenValue>? Values = null,
        bool? Reinstate = null,
        int? TemplateVersion = null,
        long? Version = null,
        RecordStatus? Status = null,
        DateTimeOffset? CreatedAt = null,
        DateTimeOffset? UpdatedAt = null,
        IReadOnlyList<string>? Differs = null,
        IReadOnlyList<OwnLink>? Links = null,
        IReadOnlyList<Event>? Events = null,
        RecordedWith? Recorded = null,
        IReadOnlyList<HoldAnswer>? Holds = null,
        IReadOnlyList<EventFinding>? Findings = null
    );

    /// <summary>A raw value as callers give it.</summary>
    internal sealed record GivenValue(
        int Index,
        string Type,
        JsonElement Data,
        int? Ttl = null,
        DateTimeOffset? Expires = null,
        string? Permissions = null,
        IReadOnlyList<HandleReference>? References = null,
        DateTimeOffset? Timestamp = null
    );

    internal sealed record HandleValue(
        int Index,
        string Type,
        HandleData Data,
        string Permissions,
        int? Ttl = null,
        DateTimeOffset? Expires = null,
        IReadOnlyList<HandleReference>? References = null
    );

    internal sealed record HandleData(DataFormat Format, string Value);

    internal enum DataFormat
    {
        String,
        Base64,
        Hex,
    }

    internal sealed record HandleReference(string Handle, int Index);

    internal sealed record RecordAnswer(
        string Identifier,
        string? Template,
        int? TemplateVersion,
        RecordStatus Status,
        Dictionary<string, JsonElement> Attributes,
        IReadOnlyList<HandleValue> Values,
        long? Version = null,
        bool? Foreign = null,
        string? Source = null,
        string? SourceKey = null,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys = null,
        DateTimeOffset? CreatedAt = null,
        DateTimeOffset? UpdatedAt = null,
        IReadOnlyList<string>? Differs = null,
        RecordedWith? Recorded = null,
        IReadOnlyList<HoldAnswer>? Holds = null,
        IReadOnlyList<EventFinding>? Findings = null
    );

    internal sealed record VersionAnswer(
        string Identifier,
        string? Template,
        int? TemplateVersion,
        long Version,
        RecordStatus Status,
        Dictionary<string, JsonElement> Attributes,
        IReadOnlyList<HandleValue> Values,
        LogOperation Operation,
        DateTimeOffset Time,
        string? Actor = null,
        long? Sequence = null,
        string? Source = null,
        string? SourceKey = null,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys = null,
        int? Erased = null
    );

    internal sealed record ChangesAnswer(IReadOnlyList<ChangeAnswer> Items, string Next);

    internal sealed record ChangeAnswer(
        LogKind Kind,
        LogOperation Operation,
        long Version,
        DateTimeOffset Time,
        string Leaf,
        long? Sequence = null,
        string? Identifier = null,
        string? Template = null,
        string? Code = null,
        string? Actor = null
    );

    internal sealed record Batch(IReadOnlyList<Registration> Items);

    internal sealed record BatchAnswer(IReadOnlyList<BatchItem> Items);

    internal sealed record BatchItem(
        int Status,
        string? Identifier = null,
        long? Version = null,
        IReadOnlyList<string>? Differs = null,
        ItemError? Error = null,
        RecordedWith? Recorded = null,
        IReadOnlyList<HoldAnswer>? Holds = null,
        IReadOnlyList<EventFinding>? Findings = null
    );

    internal sealed record ItemError(
        string Code,
        string Detail,
        IReadOnlyList<FieldError> Errors,
        string? Identifier = null,
        IReadOnlyList<string>? Differs = null
    );

    internal sealed record Patch(
        Dictionary<string, JsonElement>? Attributes = null,
        IReadOnlyList<GivenValue>? Values = null
    );

    internal sealed record ProblemAnswer(
        string Title,
        int Status,
        string Code,
        string Detail,
        IReadOnlyList<FieldError> Errors,
        string TraceId,
        string? Identifier = null,
        IReadOnlyList<string>? Differs = null,
        IReadOnlyList<string>? Proposals = null,
        string? Log = null,
        string? After = null
    );

    internal sealed record FieldError(string? Field, string Code, string Message);

    internal sealed record ScanBody(
        string? Text = null,
        ScanIntent? Intent = null,
        ItemReference? Item = null,
        bool? Labels = null
    );

    /// <summary>What is to be done with an item.</summary>
    internal sealed record ScanIntent(
        string Do,
        Thing? Into = null,
        Thing? Step = null,
        Thing? Place = null,
        Thing? Order = null,
        Thing? Bom = null,
        IReadOnlyList<Thing>? Equipment = null,
        IReadOnlyList<Thing>? Tools = null,
        JsonElement? Quantity = null,
        string? Unit = null,
        string? Position = null,
        IntentRecord? Record = null
    );

    internal sealed record IntentRecord(string? Source = null, string? SourceKey = null, string? Time = null);

    /// <summary>The record that was scanned; with an intent, what is against it in its place.</summary>
    internal sealed record ScanAnswer(
        string Identifier,
        bool? Allowed = null,
        IReadOnlyList<IntentReason>? Reasons = null,
        Guid? Event = null,
        long? Sequence = null,
        IReadOnlyList<EventFinding>? Findings = null,
        FulfilmentAnswer? Order = null,
        ScanLabels? Labels = null,
        string? Template = null,
        int? TemplateVersion = null,
        RecordStatus? Status = null,
        Dictionary<string, JsonElement>? Attributes = null,
        IReadOnlyList<HandleValue>? Values = null,
        long? Version = null,
        bool? Foreign = null,
        string? Source = null,
        string? SourceKey = null,
        IReadOnlyList<BusinessKeyBody>? FurtherKeys = null,
        DateTimeOffset? CreatedAt = null,
        DateTimeOffset? UpdatedAt = null
    );

    internal sealed record IntentReason(string Code, string Message);

    internal sealed record ScanLabels(int Items, string Url, string? Zpl = null, ItemError? Error = null);

    /// <summary>Something that an event names; a text alone stands for its <c>Text</c>.</summary>
    internal sealed record Thing(
        string? Identifier = null,
        string? Text = null,
        string? Source = null,
        string? SourceKey = null,
        string? Scanned = null,
        JsonElement? Quantity = null,
        string? Unit = null,
        string? Position = null,
        string? Type = null,
        bool? Self = null
    );

    internal sealed record Measurement(
        string Characteristic,
        JsonElement? Value = null,
        string? Text = null,
        string? Unit = null,
        JsonElement? Low = null,
        JsonElement? High = null,
        JsonElement? Set = null,
        string? Result = null,
        string? Instrument = null
    );

    internal sealed record Defect(string Code, JsonElement? Count = null, string? Note = null);

    internal sealed record Event(
        string Type,
        string Time,
        string? Zone = null,
        string? Source = null,
        string? SourceKey = null,
        string? Id = null,
        IReadOnlyList<Thing>? Items = null,
        IReadOnlyList<Thing>? Inputs = null,
        IReadOnlyList<Thing>? Outputs = null,
        Thing? Parent = null,
        IReadOnlyList<Thing>? Children = null,
        IReadOnlyList<Thing>? Equipment = null,
        IReadOnlyList<Thing>? Tools = null,
        IReadOnlyList<Thing>? Persons = null,
        IReadOnlyList<Thing>? Documents = null,
        Thing? Process = null,
        Thing? Step = null,
        Thing? Place = null,
        string? Disposition = null,
        string? Reason = null,
        string? Scope = null,
        IReadOnlyList<string>? Holds = null,
        string? Corrects = null,
        string? As = null,
        IReadOnlyList<Measurement>? Measurements = null,
        IReadOnlyList<Defect>? Defects = null
    );

    internal sealed record EventBatch(IReadOnlyList<Event> Items);

    internal sealed record Link(
        Thing From,
        string Type,
        Thing To,
        JsonElement? Quantity = null,
        string? Unit = null,
        string? Position = null,
        string? Time = null,
        string? Zone = null,
        string? Source = null,
        string? SourceKey = null
    );

    /// <summary>A link that begins at the item that is registered with it.</summary>
    internal sealed record OwnLink(
        string Type,
        Thing To,
        JsonElement? Quantity = null,
        string? Unit = null,
        string? Position = null,
        string? Time = null,
        string? Zone = null,
        string? Source = null,
        string? SourceKey = null
    );

    /// <summary>The events of the links and events that came with a registration.</summary>
    internal sealed record RecordedWith(IReadOnlyList<OwnEvent>? Links = null, IReadOnlyList<OwnEvent>? Events = null);

    internal sealed record OwnEvent(
        Guid? Event = null,
        long? Sequence = null,
        IReadOnlyList<EventFinding>? Findings = null
    );

    /// <summary>What is to be said of an event or item that was taken.</summary>
    internal sealed record EventFinding(string Code, string Message);

    internal sealed record LinkBatch(IReadOnlyList<Link> Items);

    internal sealed record EventResult(Guid Event, long Sequence, IReadOnlyList<EventFinding>? Findings = null);

    internal sealed record EventBatchAnswer(IReadOnlyList<EventBatchItem> Items);

    internal sealed record EventBatchItem(
        int Status,
        Guid? Event = null,
        long? Sequence = null,
        ItemError? Error = null,
        IReadOnlyList<EventFinding>? Findings = null
    );

    internal sealed record ShownEvent(
        Guid Event,
        string Status,
        DateTimeOffset RecordedAt,
        long? Sequence = null,
        string? Actor = null,
        string? Type = null,
        DateTimeOffset? Time = null,
        string? Zone = null,
        string? Source = null,
        string? SourceKey = null,
        string? Id = null,
        IReadOnlyList<Thing?>? Items = null,
        IReadOnlyList<Thing?>? Inputs = null,
        IReadOnlyList<Thing?>? Outputs = null,
        Thing? Parent = null,
        IReadOnlyList<Thing?>? Children = null,
        IReadOnlyList<Thing?>? Equipment = null,
        IReadOnlyList<Thing?>? Tools = null,
        IReadOnlyList<Thing?>? Persons = null,
        IReadOnlyList<Thing?>? Documents = null,
        Thing? Process = null,
        Thing? Step = null,
        Thing? Place = null,
        string? Disposition = null,
        string? Reason = null,
        string? Scope = null,
        IReadOnlyList<string?>? Holds = null,
        string? Corrects = null,
        string? As = null,
        IReadOnlyList<Measurement?>? Measurements = null,
        IReadOnlyList<Defect?>? Defects = null
    );

    internal sealed record EventListing(IReadOnlyList<ShownEvent> Items, string? Next = null);

    internal sealed record StockListing(IReadOnlyList<StockLine> Items, long Number, long Behind, string? Next = null);

    internal sealed record StockLine(
        string Identifier,
        string Place,
        string? Template = null,
        string? In = null,
        decimal? Quantity = null,
        string? Unit = null
    );

    internal sealed record StocktakeAnswer(
        string Place,
        bool Right,
        int Expected,
        int Counted,
        IReadOnlyList<StockLine> Missing,
        IReadOnlyList<StockLine> Elsewhere,
        IReadOnlyList<string> Unexpected,
        IReadOnlyList<string> Unknown,
        IReadOnlyList<string> Twice,
        IReadOnlyList<EventResult> Recorded,
        long Number,
        long Behind
    );

    internal sealed record FulfilmentAnswer(
        string Identifier,
        bool Complete,
        IReadOnlyList<FulfilmentLine> Lines,
        IReadOnlyList<string> Unreadable,
        long Number,
        string? Template = null
    );

    internal sealed record FulfilmentLine(
        decimal Planned,
        decimal Picked,
        decimal Shipped,
        decimal Received,
        decimal Missing,
        string? Material = null,
        string? Unit = null
    );

    internal sealed record StatusAnswer(
        string Identifier,
        bool Registered,
        bool Held,
        IReadOnlyList<HoldAnswer> Holds,
        IReadOnlyList<BalanceAnswer> Balance,
        IReadOnlyList<LackAnswer> Lacks,
        long? Number = null,
        string? Template = null,
        string? Place = null,
        string? Parent = null,
        string? Position = null,
        string? Disposition = null,
        DateTimeOffset? LastEvent = null
    );

    internal sealed record AffectedAnswer(IReadOnlyList<AffectedItem> Items);

    internal sealed record AffectedItem(string Item, IReadOnlyList<HoldAnswer> Holds, string? Identifier = null);

    internal sealed record HoldAnswer(Guid Event, DateTimeOffset Time, bool Own, string? Reason = null);

    internal sealed record LackAnswer(string Type, IReadOnlyList<string> Templates, int Least, int Count);

    internal sealed record BalanceAnswer(
        decimal Used,
        decimal Shipped,
        decimal Scrapped,
        string? Unit = null,
        decimal? Made = null,
        decimal? Left = null
    );

    internal sealed record QualityAnswer(
        IReadOnlyList<string> By,
        DateTimeOffset From,
        DateTimeOffset To,
        string Zone,
        long Number,
        long Behind,
        IReadOnlyList<QualityRow> Rows,
        int? OtherRows = null,
        QualityRow? Others = null
    );

    internal sealed record QualityRow(
        IReadOnlyList<string> Key,
        long? Inspected = null,
        long? Passed = null,
        long? Failed = null,
        long? First = null,
        long? FirstPassed = null,
        double? FirstPassYield = null,
        long? Rework = null,
        long? Measured = null,
        long? OutOfLimits = null,
        IReadOnlyList<QualityDefect>? Defects = null,
        IReadOnlyList<QualityValues>? Values = null
    );

    internal sealed record QualityDefect(string Code, double Count);

    internal sealed record QualityValues(
        string Characteristic,
        long Count,
        long OutOfLimits,
        string? Unit = null,
        double? Mean = null,
        double? Min = null,
        double? Max = null,
        double? Deviation = null,
        double? Low = null,
        double? High = null,
        double? Cp = null,
        double? Cpk = null
    );

    internal sealed record CompletenessAnswer(
        string Template,
        DateTimeOffset From,
        DateTimeOffset To,
        long Number,
        long Behind,
        int Checked,
        long StepItems,
        IReadOnlyList<StepAnswer> Steps,
        IncompleteItems? Incomplete = null,
        UncertifiedItems? Uncertified = null,
        IReadOnlyList<string>? WithoutStep = null,
        string? Next = null
    );

    internal sealed record IncompleteItems(int Count, double Share, IReadOnlyList<IncompleteItem> Items);

    internal sealed record IncompleteItem(string Identifier, IReadOnlyList<LackAnswer> Lacks);

    internal sealed record UncertifiedItems(int Count, double Share, IReadOnlyList<string> Items);

    internal sealed record StepAnswer(
        string Step,
        long Items,
        double Coverage,
        long Passes,
        long WithoutValues,
        double ShareWithoutValues
    );

    internal sealed record LifeAnswer(
        string Identifier,
        bool Registered,
        DateTimeOffset At,
        long Number,
        CalibrationAnswer Calibration,
        IReadOnlyList<LifeValue> Values,
        IReadOnlyList<LifePart> Parts,
        IReadOnlyList<LifeEvent> Events,
        bool Complete,
        string? Template = null,
        StrokesAnswer? Strokes = null
    );

    internal sealed record CalibrationAnswer(
        string State,
        string? Until = null,
        Guid? Event = null,
        DateTimeOffset? Time = null,
        long? Version = null,
        DateTimeOffset? RecordedAt = null
    );

    internal sealed record StrokesAnswer(
        decimal Made,
        bool WornOut,
        decimal? Limit = null,
        Guid? Event = null,
        DateTimeOffset? Time = null,
        long? Version = null,
        DateTimeOffset? RecordedAt = null
    );

    internal sealed record LifeValue(
        string Name,
        string Value,
        string? Unit = null,
        Guid? Event = null,
        DateTimeOffset? Time = null,
        long? Version = null,
        DateTimeOffset? RecordedAt = null
    );

    internal sealed record LifePart(
        string Identifier,
        Guid Event,
        DateTimeOffset Since,
        string? Template = null,
        string? Position = null
    );

    internal sealed record LifeEvent(
        Guid Event,
        string Type,
        DateTimeOffset Time,
        string? Step = null,
        string? Reason = null,
        string? Disposition = null
    );

    internal sealed record CalibrationListing(IReadOnlyList<CalibrationLine> Items, long Number, string? Next = null);

    internal sealed record CalibrationLine(
        Guid Event,
        string Type,
        DateTimeOffset Time,
        string Role,
        string Name,
        CalibrationAnswer Calibration,
        string? Step = null,
        string? Template = null,
        StrokesAnswer? Strokes = null
    );

    internal sealed record MadeListing(IReadOnlyList<MadeLine> Items, long Number, string? Next = null);

    internal sealed record MadeLine(
        string Identifier,
        string Role,
        Guid Event,
        string Type,
        DateTimeOffset Time,
        string? Template = null,
        string? Step = null,
        decimal? Quantity = null,
        string? Unit = null
    );

    internal sealed record TraceAnswer(
        string Root,
        string Direction,
        IReadOnlyList<TraceNode> Nodes,
        IReadOnlyList<TraceLink> Links,
        IReadOnlyList<TraceFinding> Findings,
        bool Complete,
        long Found,
        long? Number = null,
        IReadOnlyList<IReadOnlyList<TraceLink>>? Paths = null,
        IReadOnlyList<string>? Frontier = null,
        long? FrontierCount = null,
        string? Cursor = null
    );

    internal sealed record TraceNode(
        string Identifier,
        int Generation,
        string? Template = null,
        decimal? Quantity = null,
        string? Unit = null,
        string? Via = null,
        bool? Text = null,
        bool? Registered = null,
        bool? Revoked = null,
        bool? Hidden = null,
        IReadOnlyList<BalanceAnswer>? Balance = null,
        IReadOnlyDictionary<string, JsonElement>? Attributes = null
    );

    internal sealed record TraceLink(
        string From,
        string Type,
        string To,
        DateTimeOffset Time,
        Guid? Event = null,
        decimal? Quantity = null,
        string? Unit = null,
        string? Position = null
    );

    internal sealed record TraceFinding(
        string Code,
        string Message,
        IReadOnlyList<string> Identifiers,
        int Count,
        Guid? Event = null
    );

    internal sealed record CommonQuestion(
        ItemQuery Bad,
        ItemQuery Good,
        DateTimeOffset? At = null,
        long? Number = null,
        IReadOnlyList<string>? Kinds = null,
        int? Budget = null,
        double? P = null,
        int? Limit = null
    );

    internal sealed record ItemQuery(
        string Template,
        Dictionary<string, JsonElement>? Attributes = null,
        DateTimeOffset? From = null,
        DateTimeOffset? To = null
    );

    internal sealed record CommonAnswer(
        IReadOnlyList<CommonFinding> Findings,
        int Bad,
        int Good,
        long Number,
        bool Complete,
        int Generations,
        int Found,
        long Tried
    );

    internal sealed record CommonFinding(
        string Kind,
        int Bad,
        int Good,
        double Lift,
        double P,
        IReadOnlyList<CauseAnswer> Same,
        int SameCount,
        CauseEvidence Evidence,
        string? Identifier = null,
        string? Template = null,
        bool? Text = null,
        string? Characteristic = null,
        string? Unit = null,
        string? Step = null,
        DateTimeOffset? From = null,
        DateTimeOffset? To = null,
        double? Low = null,
        double? High = null
    );

    internal sealed record CauseAnswer(
        string Kind,
        string? Identifier = null,
        string? Template = null,
        bool? Text = null,
        string? Characteristic = null,
        string? Unit = null,
        string? Step = null,
        DateTimeOffset? From = null,
        DateTimeOffset? To = null,
        double? Low = null,
        double? High = null
    );

    internal sealed record CauseEvidence(
        IReadOnlyList<string> Items,
        IReadOnlyList<string> Path,
        IReadOnlyList<Guid> Events
    );

    internal sealed record ItemReference(
        string? Source = null,
        string? SourceKey = null,
        string? Prefix = null,
        string? Template = null,
        Dictionary<string, JsonElement>? Attributes = null
    );

    internal sealed record RollupQuestion(
        ItemReference Root,
        string Function,
        string? Direction = null,
        string? Attribute = null,
        string? Measurement = null,
        string? Weight = null,
        IReadOnlyList<string>? Template = null,
        DateTimeOffset? At = null,
        long? Number = null,
        int? Budget = null
    );

    internal sealed record RollupAnswer(
        string Root,
        string Direction,
        string Function,
        long Number,
        int Found,
        IReadOnlyList<RollupGroup> Groups,
        RollupMissing Missing,
        IReadOnlyList<RollupUnmeasured> Unmeasured,
        string? Attribute = null,
        string? Measurement = null,
        string? Weight = null
    );

    internal sealed record RollupGroup(
        decimal Value,
        int Items,
        string Lowest,
        string Highest,
        string? Unit = null,
        string? WeightUnit = null
    );

    internal sealed record RollupMissing(int Count, IReadOnlyList<string> Identifiers);

    internal sealed record RollupUnmeasured(string Template, int Count);
}
