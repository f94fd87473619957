using System.Text.Json.Nodes;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>
/// Puts events of EPCIS 2.0 into events of the node, and back. What the node has no member for is kept aside, under
/// <c>epcis:</c>; names of others with their namespaces stay as they are.
/// </summary>
internal static class EpcisMapper
{
    private const string Aside = "epcis:";

    private static readonly string[] s_assembling = ["assemble", "install", "disassemble"];

    /// <summary>An event as the body of <c>POST /api/v1/events</c>.</summary>
    public static JsonObject ToOurs(JsonObject given, JsonNode? context)
    {
        var left = given.DeepClone().AsObject();
        var (type, action, step) = (Take(left, "type"), Take(left, "action"), Take(left, "bizStep"));
        var ours = new JsonObject
        {
            ["type"] = TypeOf($"{type}", $"{action}", $"{step}"),
            ["time"] = Take(left, "eventTime"),
            ["zone"] = Take(left, "eventTimeZoneOffset"),
            ["id"] = Take(left, "eventID"),
            ["step"] = step,
            ["disposition"] = Take(left, "disposition"),
            [Aside + "type"] = type,
            [Aside + "action"] = action,
            [Aside + "context"] = context?.DeepClone(),
        };
        AddThings(ours, left);
        AddPlace(ours, left);
        AddDocuments(ours, left);
        AddMeasurements(ours, left);
        foreach (var (name, value) in left)
        {
            ours[name.Contains(':', StringComparison.Ordinal) ? name : Aside + name] = value?.DeepClone();
        }
        foreach (var name in ours.Where(static m => m.Value is null).Select(static m => m.Key).ToList())
        {
            ours.Remove(name);
        }
        return ours;
    }

    /// <summary>
    /// The event of EPCIS that an event of the node is, as <c>GET /api/v1/events/EVENT</c> answers it.
    /// </summary>
    public static JsonObject FromOurs(JsonObject shown)
    {
        var given = new JsonObject();
        foreach (var (name, value) in shown)
        {
            if (name.StartsWith(Aside, StringComparison.Ordinal))
            {
                given[name[Aside.Length..]] = value!.DeepClone();
            }
            else if (name.Contains(':', StringComparison.Ordinal))
            {
                given[name] = value!.DeepClone();
            }
        }
        given.Remove("context");
        given["eventTime"] = Copy(shown, "time");
        given["eventTimeZoneOffset"] = Copy(shown, "zone");
        Set(given, "eventID", Copy(shown, "id"));
        Set(given, "bizStep", shown["step"]?["text"]?.DeepClone());
        Set(given, "disposition", Copy(shown, "disposition"));
        SetThings(given, shown);
        SetPlace(given, shown);
        Set(given, "bizTransactionList", Documents(shown));
        SetMeasurements(given, shown);
        return given;
    }

    private static string TypeOf(string type, string action, string step) =>
        (type, action, step) switch
        {
            ("TransformationEvent", _, _) => "transform",
            ("TransactionEvent", "ADD", _) => "cover",
            ("AssociationEvent", "ADD", "installing") => "install",
            ("AggregationEvent" or "AssociationEvent", "ADD", _) => "assemble",
            ("AggregationEvent" or "AssociationEvent", "DELETE", _) => "disassemble",
            ("ObjectEvent", "ADD", _) => "commission",
            ("ObjectEvent", "DELETE", "destroying") => "destroy",
            ("ObjectEvent", "DELETE", _) => "decommission",
            ("ObjectEvent", _, "shipping" or "departing") => "ship",
            ("ObjectEvent", _, "receiving" or "arriving" or "accepting") => "receive",
            ("ObjectEvent", _, "inspecting" or "sampling") => "inspect",
            ("ObjectEvent", _, "storing" or "stocking" or "loading" or "transporting") => "move",
            ("ObjectEvent", _, "holding") => "hold",
            ("ObjectEvent", _, "repairing") => "service",
            _ => "observe",
        };

    /// <summary>The lists of a type of event: of pieces, of classes, and the member that both are in.</summary>
    private static IEnumerable<(string Pieces, string Classes, string Member)> Lists(string epcis, string ours) =>
        epcis switch
        {
            "TransformationEvent" =>
            [
                ("inputEPCList", "inputQuantityList", "inputs"),
                ("outputEPCList", "outputQuantityList", "outputs"),
            ],
            "AggregationEvent" or "AssociationEvent" =>
            [
                ("childEPCs", "childQuantityList", s_assembling.Contains(ours) ? "children" : "items"),
            ],
            _ => [("epcList", "quantityList", "items")],
        };

    private static void AddThings(JsonObject ours, JsonObject left)
    {
        var unquantified = new JsonObject();
        var parent = Take(left, "parentID");
        foreach (var (pieces, classes, member) in Lists($"{ours[Aside + "type"]}", $"{ours["type"]}"))
        {
            var things = new JsonArray();
            if (parent is not null && member == "items")
            {
                things.Add(new JsonObject { ["text"] = parent.DeepClone() });
            }
            foreach (var piece in Take(left, pieces)?.AsArray() ?? [])
            {
                things.Add(piece!.DeepClone());
            }
            foreach (var one in Take(left, classes)?.AsArray() ?? [])
            {
                var thing = new JsonObject { ["text"] = one!["epcClass"]!.DeepClone() };
                Set(thing, "quantity", one["quantity"]?.DeepClone());
                Set(thing, "unit", one["uom"]?.DeepClone());
                if (!thing.ContainsKey("quantity"))
                {
                    // Without a quantity it would look like a piece.
                    var places = unquantified[member]?.AsArray() ?? [];
                    places.Add(things.Count);
                    unquantified[member] ??= places;
                }
                things.Add(thing);
            }
            if (things.Count > 0)
            {
                ours[member] = things;
            }
        }
        ours[Aside + "classes"] = unquantified.Count > 0 ? unquantified : null;
        if (parent is not null)
        {
            ours[s_assembling.Contains($"{ours["type"]}") ? "parent" : Aside + "parentID"] = parent;
        }
    }

    private static void SetThings(JsonObject given, JsonObject shown)
    {
        var unquantified = Take(given, "classes");
        var skipped = given.ContainsKey("parentID") ? 1 : 0;
        Set(given, "parentID", shown["parent"]?["text"]?.DeepClone());
        foreach (var (pieces, classes, member) in Lists($"{given["type"]}", $"{shown["type"]}"))
        {
            var (some, others) = (new JsonArray(), new JsonArray());
            var things = shown[member]?.AsArray() ?? [];
            for (var i = skipped; i < things.Count; i++)
            {
                var thing = things[i]!;
                var isClass =
                    thing["quantity"] is not null
                    || unquantified?[member]?.AsArray().Any(place => (int)place! == i) == true;
                if (!isClass)
                {
                    some.Add(thing["text"]!.DeepClone());
                    continue;
                }
                var one = new JsonObject { ["epcClass"] = thing["text"]!.DeepClone() };
                Set(one, "quantity", thing["quantity"]?.DeepClone());
                Set(one, "uom", thing["unit"]?.DeepClone());
                others.Add(one);
            }
            Set(given, pieces, some.Count > 0 ? some : null);
            Set(given, classes, others.Count > 0 ? others : null);
        }
    }

    /// <summary>Where things are afterwards, if that is said, else where it happened.</summary>
    private static void AddPlace(JsonObject ours, JsonObject left)
    {
        var (location, point) = (Take(left, "bizLocation")?.AsObject(), Take(left, "readPoint")?.AsObject());
        if ((location ?? point) is not { } where)
        {
            return;
        }
        ours["place"] = Take(where, "id");
        ours[Aside + "bizLocation"] = location;
        ours[Aside + "readPoint"] = point is null || (location is null && point.Count == 0) ? null : point;
    }

    private static void SetPlace(JsonObject given, JsonObject shown)
    {
        if (shown["place"]?["text"]?.DeepClone() is { } place)
        {
            var name = given.ContainsKey("bizLocation") ? "bizLocation" : "readPoint";
            given[name] ??= new JsonObject();
            given[name]!["id"] = place;
        }
    }

    private static void AddDocuments(JsonObject ours, JsonObject left)
    {
        if (Take(left, "bizTransactionList") is not JsonArray list)
        {
            return;
        }
        var documents = new JsonArray();
        foreach (var one in list)
        {
            var document = new JsonObject { ["text"] = one!["bizTransaction"]!.DeepClone() };
            Set(document, "type", one["type"]?.DeepClone());
            documents.Add(document);
        }
        ours["documents"] = documents;
    }

    private static JsonArray? Documents(JsonObject shown)
    {
        if (shown["documents"] is not JsonArray documents)
        {
            return null;
        }
        var list = new JsonArray();
        foreach (var document in documents)
        {
            var one = new JsonObject { ["bizTransaction"] = document!["text"]!.DeepClone() };
            Set(one, "type", document["type"]?.DeepClone());
            list.Add(one);
        }
        return list;
    }

    /// <summary>
    /// A report with a value or a text is a measurement; what else it says is kept aside in its place.
    /// </summary>
    private static void AddMeasurements(JsonObject ours, JsonObject left)
    {
        if (Take(left, "sensorElementList") is not JsonArray elements)
        {
            return;
        }
        var measurements = new JsonArray();
        foreach (var report in Reports(elements))
        {
            if (report["value"] is null && report["stringValue"] is null)
            {
                continue;
            }
            var one = new JsonObject { ["characteristic"] = Take(report, "type") };
            Set(one, "value", Take(report, "value"));
            Set(one, "text", Take(report, "stringValue"));
            Set(one, "unit", Take(report, "uom"));
            Set(one, "instrument", Take(report, "deviceID"));
            measurements.Add(one);
        }
        ours["measurements"] = measurements.Count > 0 ? measurements : null;
        ours[Aside + "sensorElementList"] = elements;
    }

    private static void SetMeasurements(JsonObject given, JsonObject shown)
    {
        if (given["sensorElementList"] is not JsonArray elements)
        {
            return;
        }
        var next = 0;
        foreach (var report in Reports(elements).Where(static r => !r.ContainsKey("type")))
        {
            var one = shown["measurements"]![next++]!;
            report["type"] = one["characteristic"]!.DeepClone();
            Set(report, "value", one["value"]?.DeepClone());
            Set(report, "stringValue", one["text"]?.DeepClone());
            Set(report, "uom", one["unit"]?.DeepClone());
            Set(report, "deviceID", one["instrument"]?.DeepClone());
        }
    }

    private static IEnumerable<JsonObject> Reports(JsonArray elements) =>
        elements.SelectMany(static e => e!["sensorReport"]!.AsArray()).Select(static r => r!.AsObject());

    private static JsonNode? Take(JsonObject from, string name)
    {
        from.Remove(name, out var taken);
        return taken;
    }

    private static JsonNode? Copy(JsonObject from, string name) => from[name]?.DeepClone();

    private static void Set(JsonObject into, string name, JsonNode? value)
    {
        if (value is not null)
        {
            into[name] = value;
        }
    }
}
