using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Registration;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Turns events, and what is said of items by them, into messages.</summary>
internal static class EventMessages
{
    public static V1.RecordedEvent ToMessage(RecordedEvent recorded, Language language)
    {
        var message = new V1.RecordedEvent
        {
            Event = recorded.Id.ToString(),
            Sequence = recorded.Sequence,
            Outcome = recorded.Outcome == EventOutcome.Created ? V1.RecordOutcome.Created : V1.RecordOutcome.Same,
        };
        message.Findings.AddRange(recorded.Findings.Select(finding => ToMessage(finding, language)));
        return message;
    }

    /// <summary>What is to be said of an identifier registered as it was given; empty where it fits.</summary>
    public static IEnumerable<V1.EventFinding> FindingsOf(Registered registered, Language language) =>
        registered.Mistyped is { } mistyped
            ? [ToMessage(new EventFinding(EventFinding.Mistyped, mistyped), language)]
            : [];

    private static V1.EventFinding ToMessage(EventFinding finding, Language language) =>
        new() { Code = finding.Code, Message = finding.Message.In(language) };

    public static V1.RecordResult ToMessage(long position, Result<RecordedEvent> result, HttpContext context) =>
        result.TryGet(out var recorded, out var error)
            ? new V1.RecordResult
            {
                Position = position,
                Recorded = ToMessage(recorded, GrpcErrors.LanguageOf(context)),
            }
            : new V1.RecordResult { Position = position, Error = GrpcErrors.ToStatus(error, context) };

    /// <summary>What came with a registration; null where nothing did.</summary>
    public static V1.RecordedEvents? ToMessage(RegisteredItem item, Language language)
    {
        if (item.Links.Count + item.Events.Count == 0)
        {
            return null;
        }
        var message = new V1.RecordedEvents();
        message.Links.AddRange(item.Links.Select(Shown));
        message.Events.AddRange(item.Events.Select(Shown));
        return message;

        V1.RecordedEvent Shown(RecordedEvent? one) => one is null ? new V1.RecordedEvent() : ToMessage(one, language);
    }

    public static V1.HoldStatus ToMessage(HoldStatus hold)
    {
        var message = new V1.HoldStatus
        {
            Event = hold.Event.ToString(),
            Time = Time(hold.Time),
            Own = hold.IsOwn,
        };
        Set(hold.Reason, text => message.Reason = text);
        return message;
    }

    public static V1.ShownEvent ToMessage(ShownEvent shown)
    {
        var message = new V1.ShownEvent
        {
            Event = shown.Id.ToString(),
            Status = shown.Stored.Voided == 0 ? V1.EventStatus.Active : V1.EventStatus.Voided,
            RecordedAt = Time(shown.Stored.RecordedAt),
            Content = Content(shown.Stored.State),
        };
        Set(shown.Actor, text => message.Actor = text);
        if (shown.Stored.Made > 0)
        {
            message.Sequence = shown.Stored.Made;
        }
        return message;
    }

    public static V1.ItemStatus ToMessage(ItemStatus status)
    {
        var message = new V1.ItemStatus
        {
            Identifier = status.Identifier,
            Registered = status.IsRegistered,
            LastEvent = status.LastEvent is { } last ? Time(last) : null,
        };
        if (status.Number > 0)
        {
            message.Number = status.Number;
        }
        Set(status.Template, text => message.Template = text);
        Set(status.Place, text => message.Place = text);
        Set(status.Parent, text => message.Parent = text);
        Set(status.Position, text => message.Position = text);
        Set(status.Disposition, text => message.Disposition = text);
        message.Holds.AddRange(status.Holds.Select(ToMessage));
        message.Balance.AddRange(status.Balance.Select(ToMessage));
        message.Lacks.AddRange(status.Lacks.Select(ToMessage));
        return message;
    }

    /// <summary>What an item lacks.</summary>
    public static V1.Lack ToMessage(PartLack lack) =>
        new()
        {
            Type = EventNames.TryParse(lack.Rule.Type, out LinkKinds kind) ? Type(kind) : V1.LinkType.Unspecified,
            Templates = { lack.Rule.Templates },
            Least = lack.Rule.Least ?? 0,
            Count = lack.Count,
        };

    public static V1.Balance ToMessage(LotBalance balance)
    {
        var message = new V1.Balance
        {
            Used = Number(balance.Used),
            Shipped = Number(balance.Shipped),
            Scrapped = Number(balance.Scrapped),
        };
        Set(balance.Unit, text => message.Unit = text);
        if (balance is { Made: { } made, Left: { } left })
        {
            message.Made = Number(made);
            message.Left = Number(left);
        }
        return message;
    }

    /// <summary>A number without the zeros that sums of decimals keep.</summary>
    public static string Number(decimal value) =>
        value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>The message's number of one kind of links.</summary>
    public static V1.LinkType Type(LinkKinds kind) => (V1.LinkType)(int.Log2((int)kind) + 1);

    public static Timestamp Time(long micros) => Timestamp.FromDateTimeOffset(Micros.ToTime(micros));

    /// <summary>Sets a field of a message, which must not be given null.</summary>
    public static void Set(string? text, Action<string> field)
    {
        if (text is not null)
        {
            field(text);
        }
    }

    private static V1.Event Content(ReadOnlySpan<byte> state)
    {
        var content = new V1.Event();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            var code = Encoding.UTF8.GetString(reader.Code);
            if (code.StartsWith(StateCodes.KeyPrefix, StringComparison.Ordinal))
            {
                AddKey(content, code[StateCodes.KeyPrefix.Length..], reader.Value);
            }
            else if (code.StartsWith(EventState.Prefix, StringComparison.Ordinal))
            {
                Add(content, code[EventState.Prefix.Length..], Values(reader.Form, reader.Value));
            }
        }
        return content;
    }

    private static void AddKey(V1.Event content, string source, ReadOnlySpan<byte> value)
    {
        var list = new StateList(value);
        if (list.Read() && !list.IsErased)
        {
            content.Source = source;
            content.SourceKey = Encoding.UTF8.GetString(list.Value);
        }
    }

    /// <summary>The values of a member as text or JSON; null for one that was erased.</summary>
    private static List<string?> Values(StateForm form, ReadOnlySpan<byte> value)
    {
        if (form != StateForm.List)
        {
            return [Encoding.UTF8.GetString(value)];
        }
        var values = new List<string?>();
        var list = new StateList(value);
        while (list.Read())
        {
            values.Add(list.IsErased ? null : Encoding.UTF8.GetString(list.Value));
        }
        return values;
    }

    private static void Add(V1.Event content, string name, List<string?> values)
    {
        var first = values.Count > 0 ? values[0] : null;
        switch (name)
        {
            case "type":
                content.Type = Type(first);
                break;
            case "as":
                content.As = Type(first);
                break;
            case "scope":
                content.Scope =
                    first == EventState.ScopeName(HoldScope.MadeFrom) ? V1.HoldScope.MadeFrom : V1.HoldScope.Item;
                break;
            case "parent":
                content.Parent = Thing(first);
                break;
            case "process":
                content.Process = Thing(first);
                break;
            case "step":
                content.Step = Thing(first);
                break;
            case "place":
                content.Place = Thing(first);
                break;
            case "holds":
                content.Holds.AddRange(values.Select(id => Json(id).GetString() ?? ""));
                break;
            case "measurements":
                content.Measurements.AddRange(values.Select(Measurement));
                break;
            case "defects":
                content.Defects.AddRange(values.Select(Defect));
                break;
            case var other when other.Contains(':', StringComparison.Ordinal):
                content.Extensions.Add(new V1.Extension { Name = other, Json = first ?? "null" });
                break;
            default:
                if (Things(content, name) is { } things)
                {
                    things.AddRange(values.Select(Thing));
                }
                else
                {
                    Set(first, text => AddText(content, name, text));
                }
                break;
        }
    }

    private static RepeatedField<V1.Thing>? Things(V1.Event content, string name) =>
        name switch
        {
            "items" => content.Items,
            "inputs" => content.Inputs,
            "outputs" => content.Outputs,
            "children" => content.Children,
            "equipment" => content.Equipment,
            "tools" => content.Tools,
            "persons" => content.Persons,
            "documents" => content.Documents,
            _ => null,
        };

    private static void AddText(V1.Event content, string name, string text)
    {
        switch (name)
        {
            case "time":
                content.Time = text;
                break;
            case "zone":
                content.Zone = text;
                break;
            case "id":
                content.Id = text;
                break;
            case "disposition":
                content.Disposition = text;
                break;
            case "reason":
                content.Reason = text;
                break;
            case "corrects":
                content.Corrects = text;
                break;
        }
    }

    private static V1.EventType Type(string? name) =>
        EventNames.TryParse(name, out EventType type) ? (V1.EventType)type : V1.EventType.Unspecified;

    private static V1.Thing Thing(string? json)
    {
        var (thing, given) = (new V1.Thing(), Json(json));
        Set(Text(given, "identifier"), text => thing.Identifier = text);
        Set(Text(given, "text"), text => thing.Text = text);
        Set(Text(given, "quantity"), text => thing.Quantity = text);
        Set(Text(given, "unit"), text => thing.Unit = text);
        Set(Text(given, "position"), text => thing.Position = text);
        Set(Text(given, "type"), text => thing.Type = text);
        return thing;
    }

    private static V1.Measurement Measurement(string? json)
    {
        var (one, given) = (new V1.Measurement(), Json(json));
        Set(Text(given, "characteristic"), text => one.Characteristic = text);
        Set(Text(given, "value"), text => one.Value = text);
        Set(Text(given, "text"), text => one.Text = text);
        Set(Text(given, "unit"), text => one.Unit = text);
        Set(Text(given, "low"), text => one.Low = text);
        Set(Text(given, "high"), text => one.High = text);
        Set(Text(given, "set"), text => one.Set = text);
        Set(Text(given, "result"), text => one.Result = text);
        Set(Text(given, "instrument"), text => one.Instrument = text);
        return one;
    }

    private static V1.Defect Defect(string? json)
    {
        var (one, given) = (new V1.Defect(), Json(json));
        Set(Text(given, "code"), text => one.Code = text);
        Set(Text(given, "count"), text => one.Count = text);
        Set(Text(given, "note"), text => one.Note = text);
        return one;
    }

    private static JsonElement Json(string? json) => JsonElement.Parse(json ?? "null");

    /// <summary>A member as text, a number as it is written.</summary>
    private static string? Text(JsonElement given, string name)
    {
        if (given.ValueKind != JsonValueKind.Object || !given.TryGetProperty(name, out var member))
        {
            return null;
        }
        return member.ValueKind == JsonValueKind.String ? member.GetString() : member.GetRawText();
    }
}
