using System.Text.Encodings.Web;
using System.Text.Json;
using IdResolution.Core.Errors;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Rest;

/// <summary>Reads events and links from JSON. Errors of shape name the field, all at once.</summary>
internal static class EventBody
{
    private static readonly string[] s_thing =
    [
        "identifier",
        "text",
        "source",
        "sourceKey",
        "scanned",
        "quantity",
        "unit",
        "position",
        "type",
        "self",
    ];

    private static readonly string[] s_measurement =
    [
        "characteristic",
        "value",
        "text",
        "unit",
        "low",
        "high",
        "set",
        "result",
        "instrument",
    ];

    private static readonly string[] s_members =
    [
        "type",
        "time",
        "zone",
        "source",
        "sourceKey",
        "id",
        "items",
        "inputs",
        "outputs",
        "parent",
        "children",
        "equipment",
        "tools",
        "persons",
        "documents",
        "process",
        "step",
        "place",
        "disposition",
        "reason",
        "scope",
        "holds",
        "corrects",
        "as",
        "measurements",
        "defects",
    ];

    private static readonly string[] s_link =
    [
        "from",
        "type",
        "to",
        "quantity",
        "unit",
        "position",
        "time",
        "zone",
        "source",
        "sourceKey",
    ];

    private static readonly string[] s_intent =
    [
        "do",
        "into",
        "step",
        "place",
        "order",
        "bom",
        "equipment",
        "tools",
        "quantity",
        "unit",
        "position",
        "record",
    ];

    private static readonly JsonSerializerOptions s_compact = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads an event: the body of a call, an item of a batch, or a line of a file.</summary>
    public static EventRequest Event(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new EventRequest { Misread = NoObject() };
        }
        var faults = new Faults();
        var request = new EventRequest();
        List<KeyValuePair<string, string>>? extensions = null;
        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }
            // A name with a colon is somebody else's.
            if (member.Name.Contains(':', StringComparison.Ordinal))
            {
                (extensions ??= []).Add(new(member.Name, JsonSerializer.Serialize(member.Value, s_compact)));
                continue;
            }
            Take(request, member, faults);
        }
        request.Extensions = extensions ?? [];
        request.Misread = faults.TryCombine(out var error) ? error : null;
        return request;
    }

    private static Error NoObject() => BodyReader.Shape("", "must be an object", "应为对象");

    /// <summary>The number of elements in all lists of an event that is not read yet.</summary>
    public static int ElementsOf(JsonElement json)
    {
        var count = 0;
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                // What is somebody else's is kept as text.
                var isRead =
                    member.Value.ValueKind == JsonValueKind.Array
                    && !member.Name.Contains(':', StringComparison.Ordinal);
                count += isRead ? member.Value.GetArrayLength() : 0;
            }
        }
        return count;
    }

    /// <summary>Reads a link in its short form.</summary>
    public static LinkRequest Link(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return new LinkRequest { Misread = NoObject() };
        }
        var faults = new Faults();
        var link = new LinkRequest();
        foreach (var member in json.EnumerateObject())
        {
            var (value, name) = (member.Value, member.Name);
            link = name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => link,
                "from" => link with { From = Thing(value, name, faults) },
                "to" => link with { To = Thing(value, name, faults) },
                "type" => link with { Type = String(value, name, faults) },
                "quantity" => link with { Quantity = Number(value, name, faults) },
                "unit" => link with { Unit = String(value, name, faults) },
                "position" => link with { Position = String(value, name, faults) },
                "time" => link with { Time = String(value, name, faults) },
                "zone" => link with { Zone = String(value, name, faults) },
                "source" => link with { Source = String(value, name, faults) },
                "sourceKey" => link with { SourceKey = String(value, name, faults) },
                _ => Refused(link, name, s_link, faults),
            };
        }
        return faults.TryCombine(out var error) ? link with { Misread = error } : link;
    }

    /// <summary>Reads the links or events of a registration; null where there are none.</summary>
    public static List<T>? All<T>(JsonProperty member, Func<JsonElement, T> read, Faults faults)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }
        if (member.Value.ValueKind != JsonValueKind.Array)
        {
            faults.Add(BodyReader.Shape(member.Name, "must be a list", "应为列表"));
            return null;
        }
        var all = new List<T>(member.Value.GetArrayLength());
        foreach (var element in member.Value.EnumerateArray())
        {
            all.Add(read(element));
        }
        return all.Count == 0 ? null : all;
    }

    /// <summary>Reads what somebody wants to do with an item that was scanned.</summary>
    public static ScanIntent? Intent(JsonElement json, Faults faults)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(BodyReader.Shape("intent", "must be an object", "应为对象"));
            return null;
        }
        var intent = new ScanIntent();
        foreach (var member in json.EnumerateObject())
        {
            var (value, at) = (member.Value, $"intent.{member.Name}");
            intent = member.Name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => intent,
                "do" => intent with { Do = String(value, at, faults) },
                "into" => intent with { Into = Thing(value, at, faults) },
                "step" => intent with { Step = Thing(value, at, faults) },
                "place" => intent with { Place = Thing(value, at, faults) },
                "order" => intent with { Order = Thing(value, at, faults) },
                "bom" => intent with { Bom = Thing(value, at, faults) },
                "equipment" => intent with { Equipment = Things(value, at, faults) },
                "tools" => intent with { Tools = Things(value, at, faults) },
                "quantity" => intent with { Quantity = Number(value, at, faults) },
                "unit" => intent with { Unit = String(value, at, faults) },
                "position" => intent with { Position = String(value, at, faults) },
                "record" => intent with { Record = Recorded(value, at, faults) },
                _ => Refused(intent, at, s_intent, faults),
            };
        }
        return intent;
    }

    private static IntentEvent Recorded(JsonElement json, string field, Faults faults)
    {
        var recorded = new IntentEvent();
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(BodyReader.Shape(field, "must be an object", "应为对象"));
            return recorded;
        }
        foreach (var member in json.EnumerateObject())
        {
            var (value, at) = (member.Value, $"{field}.{member.Name}");
            recorded = member.Name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => recorded,
                "source" => recorded with { Source = String(value, at, faults) },
                "sourceKey" => recorded with { SourceKey = String(value, at, faults) },
                "time" => recorded with { Time = String(value, at, faults) },
                _ => Refused(recorded, at, ["source", "sourceKey", "time"], faults),
            };
        }
        return recorded;
    }

    private static void Take(EventRequest request, JsonProperty member, Faults faults)
    {
        var (value, name) = (member.Value, member.Name);
        switch (name)
        {
            case "type":
                request.Type = String(value, name, faults);
                break;
            case "time":
                request.Time = String(value, name, faults);
                break;
            case "zone":
                request.Zone = String(value, name, faults);
                break;
            case "source":
                request.Source = String(value, name, faults);
                break;
            case "sourceKey":
                request.SourceKey = String(value, name, faults);
                break;
            case "id":
                request.Id = String(value, name, faults);
                break;
            case "items":
                request.Items = Things(value, name, faults);
                break;
            case "inputs":
                request.Inputs = Things(value, name, faults);
                break;
            case "outputs":
                request.Outputs = Things(value, name, faults);
                break;
            case "parent":
                request.Parent = Thing(value, name, faults);
                break;
            case "children":
                request.Children = Things(value, name, faults);
                break;
            case "equipment":
                request.Equipment = Things(value, name, faults);
                break;
            case "tools":
                request.Tools = Things(value, name, faults);
                break;
            case "persons":
                request.Persons = Things(value, name, faults);
                break;
            case "documents":
                request.Documents = Things(value, name, faults);
                break;
            case "process":
                request.Process = Thing(value, name, faults);
                break;
            case "step":
                request.Step = Thing(value, name, faults);
                break;
            case "place":
                request.Place = Thing(value, name, faults);
                break;
            case "disposition":
                request.Disposition = String(value, name, faults);
                break;
            case "reason":
                request.Reason = String(value, name, faults);
                break;
            case "scope":
                request.Scope = String(value, name, faults);
                break;
            case "holds":
                request.Holds = List(
                    value,
                    name,
                    faults,
                    static (json, field, faults) => String(json, field, faults) ?? ""
                );
                break;
            case "corrects":
                request.Corrects = String(value, name, faults);
                break;
            case "as":
                request.As = String(value, name, faults);
                break;
            case "measurements":
                request.Measurements = List(value, name, faults, Measurement);
                break;
            case "defects":
                request.Defects = List(value, name, faults, Defect);
                break;
            default:
                faults.Add(BodyReader.Unknown(name, s_members));
                break;
        }
    }

    private static List<ThingRequest> Things(JsonElement json, string field, Faults faults) =>
        List(json, field, faults, Thing);

    /// <summary>
    /// Reads a list; one value is taken as a list of one. What cannot be read has its place there, so that faults of
    /// what follows name theirs.
    /// </summary>
    private static List<T> List<T>(
        JsonElement json,
        string field,
        Faults faults,
        Func<JsonElement, string, Faults, T> read
    )
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return [read(json, field, faults)];
        }
        if (json.GetArrayLength() > EventRules.MaxElements)
        {
            faults.Add(EventErrors.TooLarge() with { Field = field });
            return [];
        }
        var all = new List<T>(json.GetArrayLength());
        var i = 0;
        foreach (var element in json.EnumerateArray())
        {
            all.Add(read(element, $"{field}[{i++}]", faults));
        }
        return all;
    }

    private static ThingRequest Thing(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return new ThingRequest { Text = json.GetString() };
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(BodyReader.Shape(field, "must be text or an object", "应为文本或对象"));
            return new ThingRequest();
        }
        var thing = new ThingRequest();
        foreach (var member in json.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null)
            {
                Take(thing, member, field, faults);
            }
        }
        return thing;
    }

    private static void Take(ThingRequest thing, JsonProperty member, string field, Faults faults)
    {
        var (value, name) = (member.Value, member.Name);
        switch (name)
        {
            case "identifier":
                thing.Identifier = String(value, name, faults, field);
                break;
            case "text":
                thing.Text = String(value, name, faults, field);
                break;
            case "source":
                thing.Source = String(value, name, faults, field);
                break;
            case "sourceKey":
                thing.SourceKey = String(value, name, faults, field);
                break;
            case "scanned":
                thing.Scanned = String(value, name, faults, field);
                break;
            case "quantity":
                thing.Quantity = Number(value, name, faults, field);
                break;
            case "unit":
                thing.Unit = String(value, name, faults, field);
                break;
            case "position":
                thing.Position = String(value, name, faults, field);
                break;
            case "type":
                thing.Type = String(value, name, faults, field);
                break;
            case "self":
                thing.IsSelf = Flag(value, name, faults, field);
                break;
            default:
                faults.Add(BodyReader.Unknown($"{field}.{name}", s_thing));
                break;
        }
    }

    private static EventMeasurement Measurement(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(BodyReader.Shape(field, "must be an object", "应为对象"));
            return new EventMeasurement();
        }
        var one = new EventMeasurement();
        foreach (var member in json.EnumerateObject())
        {
            var (value, at) = (member.Value, $"{field}.{member.Name}");
            one = member.Name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => one,
                "characteristic" => one with { Characteristic = String(value, at, faults) },
                "value" => one with { Value = Number(value, at, faults) },
                "text" => one with { Text = String(value, at, faults) },
                "unit" => one with { Unit = String(value, at, faults) },
                "low" => one with { Low = Number(value, at, faults) },
                "high" => one with { High = Number(value, at, faults) },
                "set" => one with { Set = Number(value, at, faults) },
                "result" => one with { Result = String(value, at, faults) },
                "instrument" => one with { Instrument = String(value, at, faults) },
                _ => Refused(one, at, s_measurement, faults),
            };
        }
        return one;
    }

    private static EventDefect Defect(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return new EventDefect { Code = json.GetString() };
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(BodyReader.Shape(field, "must be text or an object", "应为文本或对象"));
            return new EventDefect();
        }
        var one = new EventDefect();
        foreach (var member in json.EnumerateObject())
        {
            var (value, at) = (member.Value, $"{field}.{member.Name}");
            one = member.Name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => one,
                "code" => one with { Code = String(value, at, faults) },
                "count" => one with { Count = Number(value, at, faults) },
                "note" => one with { Note = String(value, at, faults) },
                _ => Refused(one, at, ["code", "count", "note"], faults),
            };
        }
        return one;
    }

    private static string? String(JsonElement json, string field, Faults faults, string? within = null)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return json.GetString();
        }
        faults.Add(BodyReader.Shape(Path(within, field), "must be text", "应为文本"));
        return null;
    }

    private static bool Flag(JsonElement json, string field, Faults faults, string? within = null)
    {
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return json.GetBoolean();
        }
        faults.Add(BodyReader.Shape(Path(within, field), "must be true or false", "应为 true 或 false"));
        return false;
    }

    private static string? Number(JsonElement json, string field, Faults faults, string? within = null)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Number:
                return json.GetRawText();
            case JsonValueKind.String:
                return json.GetString();
            default:
                faults.Add(BodyReader.Shape(Path(within, field), "must be a number or text", "应为数字或文本"));
                return null;
        }
    }

    // Made for a fault alone: an event has many members, and most have none.
    private static string Path(string? within, string field) => within is null ? field : $"{within}.{field}";

    private static T Refused<T>(T unchanged, string field, string[] known, Faults faults)
    {
        faults.Add(BodyReader.Unknown(field, known));
        return unchanged;
    }
}
