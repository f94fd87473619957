using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What the state of an event says of quality: the rows that the archive keeps of it.</summary>
public static class QualityRows
{
    // What the event is about: the first of these roles that it has.
    private static readonly MemberRole[] s_subjects =
    [
        MemberRole.Item,
        MemberRole.Output,
        MemberRole.Parent,
        MemberRole.RemovedFrom,
        MemberRole.Covered,
        MemberRole.Child,
        MemberRole.Input,
    ];

    private static readonly HashSet<string> s_failures = new(
        ["fail", "failed", "ng", "nok", "reject", "rejected", "不合格"],
        StringComparer.OrdinalIgnoreCase
    );

    private static readonly HashSet<string> s_rejections = new(
        ["rework", "scrap", "scrapped", "return", "reject", "rejected", "non_conformant", "disposed", "返工", "报废"],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Reads a state.</summary>
    /// <param name="state">The state of a version of an event.</param>
    /// <param name="time">When it happened, in microseconds since 1970 UTC; 0 where the state does not say.</param>
    /// <returns>The rows, by kind and number.</returns>
    /// <exception cref="InvalidDataException">The bytes are no state of an event.</exception>
    public static IReadOnlyList<QualityRow> Of(ReadOnlySpan<byte> state, out long time)
    {
        var logged = LoggedEvent.Read(state);
        time = logged.Time ?? 0;
        var parts = new Parts();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("e:step"u8))
            {
                parts.Step = StepOf(reader.Value);
            }
            else if (reader.Code.SequenceEqual("e:disposition"u8))
            {
                parts.IsRejected = s_rejections.Contains(Encoding.UTF8.GetString(reader.Value));
            }
            else if (reader.Code.SequenceEqual("e:measurements"u8))
            {
                parts.Measurements = Elements(reader.Value);
            }
            else if (reader.Code.SequenceEqual("e:defects"u8))
            {
                parts.Defects = Elements(reader.Value);
            }
        }
        return RowsOf(logged, parts);
    }

    private static List<QualityRow> RowsOf(LoggedEvent logged, Parts parts)
    {
        var subjects = Subjects(logged.Members);
        var measured = new List<QualityRow>();
        var first = subjects.Count > 0 ? subjects[0] : default;
        // An erased defect was one.
        var hasFailed = parts.IsRejected || parts.Defects.Count > 0;
        for (var i = 0; i < parts.Measurements.Count; i++)
        {
            if (parts.Measurements[i] is { } one)
            {
                var row = Measurement(one, i, parts.Step, first);
                hasFailed |= s_failures.Contains(Text(one, "result")) || row.Value < row.Low || row.Value > row.High;
                measured.Add(row);
            }
        }
        var rows = new List<QualityRow>();
        AddSubjects(rows, QualityKind.Step, parts.Step.Length > 0 ? subjects : [], parts.Step, measured.Count);
        AddSubjects(
            rows,
            QualityKind.Inspection,
            logged.Type == EventType.Inspect ? subjects : [],
            parts.Step,
            hasFailed ? 1 : 0
        );
        rows.AddRange(measured);
        for (var i = 0; i < parts.Defects.Count; i++)
        {
            if (parts.Defects[i] is { } one)
            {
                rows.Add(
                    new QualityRow(QualityKind.Defect, i)
                    {
                        Role = first.Role,
                        Member = first.Row,
                        Step = parts.Step,
                        Name = Text(one, "code"),
                        Value = Number(one, "count") ?? 1,
                    }
                );
            }
        }
        return rows;
    }

    private static void AddSubjects(
        List<QualityRow> rows,
        QualityKind kind,
        List<(MemberRole Role, int Row)> subjects,
        string step,
        double value
    )
    {
        for (var i = 0; i < subjects.Count; i++)
        {
            rows.Add(
                new QualityRow(kind, i)
                {
                    Role = subjects[i].Role,
                    Member = subjects[i].Row,
                    Step = step,
                    Value = value,
                }
            );
        }
    }

    /// <summary>What the event is about, each item once.</summary>
    private static List<(MemberRole Role, int Row)> Subjects(IReadOnlyList<EventMember?> members)
    {
        var found = new List<(MemberRole, int)>();
        var seen = new HashSet<ItemKey>();
        foreach (var role in s_subjects)
        {
            for (var i = 0; i < members.Count; i++)
            {
                if (members[i] is { } member && member.Role == role && seen.Add(member.Item))
                {
                    found.Add((role, i));
                }
            }
            if (found.Count > 0)
            {
                break;
            }
        }
        return found;
    }

    private static QualityRow Measurement(JsonElement one, int row, string step, (MemberRole Role, int Row) subject) =>
        new(QualityKind.Measurement, row)
        {
            Role = subject.Role,
            Member = subject.Row,
            Step = step,
            Name = Text(one, "characteristic"),
            Unit = Text(one, "unit"),
            Value = Number(one, "value"),
            Low = Number(one, "low"),
            High = Number(one, "high"),
        };

    private static string StepOf(ReadOnlySpan<byte> value)
    {
        var thing = Parse(value);
        return Text(thing, "identifier") is { Length: > 0 } identifier ? identifier : Text(thing, "text");
    }

    private static List<JsonElement?> Elements(ReadOnlySpan<byte> value)
    {
        var elements = new List<JsonElement?>();
        var list = new StateList(value);
        while (list.Read())
        {
            elements.Add(list.IsErased ? null : Parse(list.Value));
        }
        return elements;
    }

    private static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The stored state has a value that is no JSON.", e);
        }
    }

    private static string Text(JsonElement one, string name) =>
        one.ValueKind == JsonValueKind.Object
        && one.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    /// <summary>A number, which is a text where it has many digits; null for what no double holds.</summary>
    private static double? Number(JsonElement one, string name)
    {
        if (one.ValueKind != JsonValueKind.Object || !one.TryGetProperty(name, out var value))
        {
            return null;
        }
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : null;
    }

    private sealed class Parts
    {
        public string Step { get; set; } = "";

        public bool IsRejected { get; set; }

        public List<JsonElement?> Measurements { get; set; } = [];

        public List<JsonElement?> Defects { get; set; } = [];
    }
}
