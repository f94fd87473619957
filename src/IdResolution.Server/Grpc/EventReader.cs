using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.Collections;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Reads messages about events into the requests of the core, which checks them.</summary>
internal static class EventReader
{
    private static readonly JsonDocumentOptions s_once = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions s_compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Result<EventRequest> Event(V1.Event message)
    {
        if (ElementsOf(message) > EventRules.MaxElements)
        {
            return EventErrors.TooLarge();
        }
        var faults = new Faults();
        var extensions = Extensions(message.Extensions, faults);
        return faults.TryCombine(out var error)
            ? error
            : new EventRequest
            {
                Type = Name(message.HasType, message.Type),
                Time = message.HasTime ? message.Time : null,
                Zone = message.HasZone ? message.Zone : null,
                Source = message.HasSource ? message.Source : null,
                SourceKey = message.HasSourceKey ? message.SourceKey : null,
                Id = message.HasId ? message.Id : null,
                Items = Things(message.Items),
                Inputs = Things(message.Inputs),
                Outputs = Things(message.Outputs),
                Parent = Thing(message.Parent),
                Children = Things(message.Children),
                Equipment = Things(message.Equipment),
                Tools = Things(message.Tools),
                Persons = Things(message.Persons),
                Documents = Things(message.Documents),
                Process = Thing(message.Process),
                Step = Thing(message.Step),
                Place = Thing(message.Place),
                Disposition = message.HasDisposition ? message.Disposition : null,
                Reason = message.HasReason ? message.Reason : null,
                Scope = message.HasScope ? Name(message.Scope) : null,
                Holds = [.. message.Holds],
                Corrects = message.HasCorrects ? message.Corrects : null,
                As = Name(message.HasAs, message.As),
                Measurements = [.. message.Measurements.Select(Measurement)],
                Defects = [.. message.Defects.Select(Defect)],
                Extensions = extensions,
            };
    }

    public static LinkRequest Link(V1.ItemLink message) =>
        new()
        {
            From = Thing(message.From),
            Type = message.HasType ? Name(message.Type) : null,
            To = Thing(message.To),
            Quantity = message.HasQuantity ? message.Quantity : null,
            Unit = message.HasUnit ? message.Unit : null,
            Position = message.HasPosition ? message.Position : null,
            Time = message.HasTime ? message.Time : null,
            Zone = message.HasZone ? message.Zone : null,
            Source = message.HasSource ? message.Source : null,
            SourceKey = message.HasSourceKey ? message.SourceKey : null,
        };

    public static ScanIntent Intent(V1.Intent message) =>
        new()
        {
            Do = message.HasDo ? message.Do.ToString().ToLowerInvariant() : null,
            Into = Thing(message.Into),
            Step = Thing(message.Step),
            Place = Thing(message.Place),
            Order = Thing(message.Order),
            Bom = Thing(message.Bom),
            Equipment = Things(message.Equipment),
            Tools = Things(message.Tools),
            Quantity = message.HasQuantity ? message.Quantity : null,
            Unit = message.HasUnit ? message.Unit : null,
            Position = message.HasPosition ? message.Position : null,
            Record = message.Record is { } record
                ? new IntentEvent
                {
                    Source = record.HasSource ? record.Source : null,
                    SourceKey = record.HasSourceKey ? record.SourceKey : null,
                    Time = record.HasTime ? record.Time : null,
                }
                : null,
        };

    /// <summary>The name of a type, which has the core's number. The core refuses one that is not known.</summary>
    public static string? Name(bool isGiven, V1.EventType type) =>
        isGiven && type != V1.EventType.Unspecified ? EventNames.Of((EventType)type) : null;

    /// <summary>The name of a kind of link; of one that is not known its number, which the core refuses.</summary>
    public static string? Name(V1.LinkType type) =>
        type switch
        {
            V1.LinkType.Unspecified => null,
            >= V1.LinkType.Consumes and <= V1.LinkType.Replaces => EventNames.Of((LinkKinds)(1 << ((int)type - 1))),
            _ => type.ToString(),
        };

    private static string? Name(V1.HoldScope scope) =>
        scope switch
        {
            V1.HoldScope.Unspecified => null,
            V1.HoldScope.Item => EventState.ScopeName(HoldScope.Item),
            V1.HoldScope.MadeFrom => EventState.ScopeName(HoldScope.MadeFrom),
            _ => scope.ToString(),
        };

    private static int ElementsOf(V1.Event message) =>
        message.Items.Count
        + message.Inputs.Count
        + message.Outputs.Count
        + message.Children.Count
        + message.Equipment.Count
        + message.Tools.Count
        + message.Persons.Count
        + message.Documents.Count
        + message.Holds.Count
        + message.Measurements.Count
        + message.Defects.Count;

    private static List<ThingRequest> Things(RepeatedField<V1.Thing> messages)
    {
        var things = new List<ThingRequest>(messages.Count);
        foreach (var message in messages)
        {
            things.Add(Thing(message)!);
        }
        return things;
    }

    private static ThingRequest? Thing(V1.Thing? message) =>
        message is null
            ? null
            : new ThingRequest
            {
                Identifier = message.HasIdentifier ? message.Identifier : null,
                Text = message.HasText ? message.Text : null,
                Source = message.HasSource ? message.Source : null,
                SourceKey = message.HasSourceKey ? message.SourceKey : null,
                Scanned = message.HasScanned ? message.Scanned : null,
                Quantity = message.HasQuantity ? message.Quantity : null,
                Unit = message.HasUnit ? message.Unit : null,
                Position = message.HasPosition ? message.Position : null,
                Type = message.HasType ? message.Type : null,
                IsSelf = message.Self,
            };

    private static EventMeasurement Measurement(V1.Measurement message) =>
        new()
        {
            Characteristic = message.HasCharacteristic ? message.Characteristic : null,
            Value = message.HasValue ? message.Value : null,
            Text = message.HasText ? message.Text : null,
            Unit = message.HasUnit ? message.Unit : null,
            Low = message.HasLow ? message.Low : null,
            High = message.HasHigh ? message.High : null,
            Set = message.HasSet ? message.Set : null,
            Result = message.HasResult ? message.Result : null,
            Instrument = message.HasInstrument ? message.Instrument : null,
        };

    private static EventDefect Defect(V1.Defect message) =>
        new()
        {
            Code = message.HasCode ? message.Code : null,
            Count = message.HasCount ? message.Count : null,
            Note = message.HasNote ? message.Note : null,
        };

    private static List<KeyValuePair<string, string>> Extensions(RepeatedField<V1.Extension> messages, Faults faults)
    {
        var extensions = new List<KeyValuePair<string, string>>(messages.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (!message.Name.Contains(':', StringComparison.Ordinal) || !names.Add(message.Name))
            {
                faults.Add(
                    $"extensions[{i}].name",
                    "must be NAMESPACE:NAME, and given once",
                    "应为 NAMESPACE:NAME，且只能出现一次"
                );
            }
            else if (!TryCompact(message.Json, out var compact))
            {
                faults.Add($"extensions[{i}].json", "must be JSON", "应为 JSON");
            }
            else if (compact != "null")
            {
                extensions.Add(new(message.Name, compact));
            }
        }
        return extensions;
    }

    /// <summary>Makes the form that REST makes of the same value, so that it is the same event.</summary>
    private static bool TryCompact(string json, out string compact)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_once);
            compact = JsonSerializer.Serialize(document.RootElement, s_compact);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // An escape of half a character is found when it is written.
            compact = "";
            return false;
        }
    }
}
