using System.Text.Json;
using IdResolution.Core.Analysis;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Rest;

/// <summary>Reads questions about many items from JSON. Errors of shape name the field, all at once.</summary>
internal static class AnalysisBody
{
    private static readonly string[] s_common = ["bad", "good", "at", "number", "kinds", "budget", "p", "limit"];
    private static readonly string[] s_rollup =
    [
        "root",
        "direction",
        "attribute",
        "measurement",
        "function",
        "weight",
        "template",
        "at",
        "number",
        "budget",
    ];

    private static readonly string[] s_choice = ["template", "attributes", "from", "to"];

    /// <summary>The words for what bad items may have in common.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Enum.GetValues<CauseKind>().Select(NameOf)];

    /// <summary>The word for what bad items have in common.</summary>
    public static string NameOf(CauseKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Reads a question for what bad items have in common.</summary>
    public static Result<CommonQuery> Common(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return BodyReader.Shape("", "must be an object", "应为对象");
        }
        var faults = new Faults();
        var query = new CommonQuery();
        foreach (var member in json.EnumerateObject())
        {
            var (value, name) = (member.Value, member.Name);
            query = name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => query,
                "bad" => query with { Bad = Choice(value, name, faults) },
                "good" => query with { Good = Choice(value, name, faults) },
                "at" => query with { At = Time(value, name, faults) },
                "number" => query with { Number = Whole(value, name, long.MaxValue, faults) },
                "kinds" => query with { Kinds = Causes(value, name, faults) },
                "budget" => query with { Budget = (int)Whole(value, name, int.MaxValue, faults) },
                "limit" => query with { Limit = (int)Whole(value, name, int.MaxValue, faults) },
                "p" => query with { MostP = Number(value, name, faults) },
                _ => Refused(query, name, s_common, faults),
            };
        }
        return faults.TryCombine(out var error) ? error : query;
    }

    /// <summary>The words for what becomes of the values of a roll-up.</summary>
    public static IReadOnlyList<string> Functions { get; } =
    [.. Enum.GetNames<RollupFunction>().Select(static name => name.ToLowerInvariant())];

    /// <summary>Reads a question for one figure over a trace.</summary>
    public static Result<RollupQuery> Rollup(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return BodyReader.Shape("", "must be an object", "应为对象");
        }
        var faults = new Faults();
        var query = new RollupQuery { Root = null! };
        string? function = null;
        foreach (var member in json.EnumerateObject())
        {
            var (value, name) = (member.Value, member.Name);
            if (name == "function")
            {
                function = value.ValueKind == JsonValueKind.Null ? null : Text(value, name, faults) ?? "";
                continue;
            }
            query = name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => query,
                "root" => query with { Root = Root(value, name, faults)! },
                "direction" => query with { Direction = Direction(Text(value, name, faults), faults) },
                "attribute" => query with { Attribute = Text(value, name, faults) },
                "measurement" => query with { Measurement = Text(value, name, faults) },
                "weight" => query with { Weight = Text(value, name, faults) },
                "template" => query with { Templates = Templates(value, name, faults) },
                "at" => query with { At = Time(value, name, faults) },
                "number" => query with { Number = Whole(value, name, long.MaxValue, faults) },
                "budget" => query with { Budget = (int)Whole(value, name, int.MaxValue, faults) },
                _ => Refused(query, name, s_rollup, faults),
            };
        }
        if (query.Root is null && !faults.Mention("root"))
        {
            faults.Add("root", "is needed", "不能为空");
        }
        query = query with { Function = Function(function, faults) };
        return faults.TryCombine(out var error) ? error : query;
    }

    /// <summary>The function with a name. A fault names it where it is not known.</summary>
    private static RollupFunction Function(string? name, Faults faults)
    {
        if (!Functions.Contains(name ?? "") && !faults.Mention("function"))
        {
            var known = string.Join(", ", Functions);
            faults.Add("function", $"must be one of {known}", $"应为以下之一：{known}");
        }
        return Enum.TryParse(name, ignoreCase: true, out RollupFunction function) ? function : default;
    }

    private static TraceDirection Direction(string? name, Faults faults)
    {
        if (name is not ("backward" or "forward") && !faults.Mention("direction"))
        {
            faults.Add("direction", "must be backward or forward", "应为 backward 或 forward");
        }
        return name == "forward" ? TraceDirection.Forward : TraceDirection.Backward;
    }

    private static ItemAsked? Root(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return ItemReference.Read(json, field, faults);
        }
        if (Text(json, field, faults) is not { } text)
        {
            return null;
        }
        if (ItemName.Parse(text, field) is { IsOk: false, Error: var error })
        {
            faults.Add(error with { Code = ErrorCode.InvalidValue });
        }
        return new ItemAsked(text);
    }

    private static IReadOnlyList<string> Templates(JsonElement json, string field, Faults faults) =>
        json.ValueKind == JsonValueKind.String ? [json.GetString()!] : Texts(json, field, faults);

    /// <summary>The kinds with some names. A fault names those that are not known.</summary>
    public static IReadOnlyList<CauseKind> Causes(IReadOnlyList<string> names, string field, Faults faults)
    {
        var kinds = new List<CauseKind>();
        for (var i = 0; i < names.Count; i++)
        {
            if (Kinds.Contains(names[i]))
            {
                kinds.Add(Enum.Parse<CauseKind>(names[i], ignoreCase: true));
            }
            else
            {
                var known = string.Join(", ", Kinds);
                faults.Add($"{field}[{i}]", $"must be one of {known}", $"应为以下之一：{known}");
            }
        }
        return kinds;
    }

    private static IReadOnlyList<CauseKind> Causes(JsonElement json, string field, Faults faults) =>
        Causes(Texts(json, field, faults), field, faults);

    private static ItemChoice? Choice(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            return new ItemChoice { Identifiers = Texts(json, field, faults) };
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add(
                BodyReader.Shape(
                    field,
                    "must be a list of identifiers, or an object with template",
                    "应为标识列表，或含 template 的对象"
                )
            );
            return null;
        }
        var choice = new ItemChoice();
        foreach (var member in json.EnumerateObject())
        {
            var (value, at) = (member.Value, $"{field}.{member.Name}");
            choice = member.Name switch
            {
                _ when value.ValueKind == JsonValueKind.Null => choice,
                "template" => choice with { Template = Text(value, at, faults) },
                "attributes" => choice with { Attributes = Attributes(value, at, faults) },
                "from" => choice with { From = Time(value, at, faults) },
                "to" => choice with { To = Time(value, at, faults) },
                _ => Refused(choice, at, s_choice, faults),
            };
        }
        return choice;
    }

    internal static List<KeyValuePair<string, InputValue>> Attributes(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            return [.. json.EnumerateObject().Select(a => KeyValuePair.Create(a.Name, BodyReader.Input(a.Value)))];
        }
        faults.Add(BodyReader.Shape(field, "must be an object", "应为对象"));
        return [];
    }

    private static IReadOnlyList<string> Texts(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            faults.Add(BodyReader.Shape(field, "must be a list", "应为列表"));
            return [];
        }
        return [.. json.EnumerateArray().Select((text, i) => Text(text, $"{field}[{i}]", faults) ?? "")];
    }

    internal static string? Text(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return json.GetString();
        }
        faults.Add(BodyReader.Shape(field, "must be text", "应为文本"));
        return null;
    }

    private static long? Time(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.String && TextParameter.TryTime(json.GetString()!, out var time))
        {
            return Micros.Of(time);
        }
        faults.Add(BodyReader.Shape(field, TextParameter.TimeForm.En, TextParameter.TimeForm.Zh));
        return null;
    }

    private static long Whole(JsonElement json, string field, long greatest, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var number) && number <= greatest)
        {
            return number;
        }
        faults.Add(BodyReader.Shape(field, "must be a whole number", "应为整数"));
        return 1;
    }

    private static double Number(JsonElement json, string field, Faults faults)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out var number))
        {
            return number;
        }
        faults.Add(BodyReader.Shape(field, "must be a number", "应为数字"));
        return 1;
    }

    private static T Refused<T>(T unchanged, string field, string[] known, Faults faults)
    {
        faults.Add(BodyReader.Unknown(field, known));
        return unchanged;
    }
}
