using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// A machine or tool is not used after the day until which it is calibrated, by its record or by a later event.
/// </summary>
internal sealed class CalibrationRule(PastReader pasts) : IIntentRule
{
    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        foreach (var resource in judged.Subjects.Resources.Where(static r => r.Rules?.Calibration is not null))
        {
            var now = Micros.Now(pasts.Plant.Time);
            if (
                await pasts.OfAsync(resource.Record.Object, now, cancellationToken) is { } past
                && await past.CalibrationAsync(now, cancellationToken)
                    is { State: CalibrationState.Overdue, Until.Value: var until }
            )
            {
                reasons.Add(
                    new(
                        "CalibrationOverdue",
                        new(
                            $"The calibration of {resource.Identifier} was due on {until}.",
                            $"{resource.Identifier} 的校准已于 {until} 到期。"
                        )
                    )
                );
            }
        }
    }
}

/// <summary>A tool that has made as many strokes as it bears, by its record or by a later event, is not used.</summary>
internal sealed class StrokeRule(PastReader pasts) : IIntentRule
{
    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        foreach (var tool in judged.Subjects.Resources.Where(static r => r.Rules?.StrokeLimit is not null))
        {
            var now = Micros.Now(pasts.Plant.Time);
            if (
                await pasts.OfAsync(tool.Record.Object, now, cancellationToken) is { } past
                && await past.StrokesAsync(now, cancellationToken)
                    is { IsWornOut: true, Made.Value: var made, Limit.Value: var most }
            )
            {
                reasons.Add(
                    new(
                        "ToolWornOut",
                        new(
                            $"{tool.Identifier} has made {made} strokes, and bears {most}.",
                            $"{tool.Identifier} 的累计冲次为 {made}，上限为 {most}。"
                        )
                    )
                );
            }
        }
    }
}

/// <summary>Nothing is done for an order that nobody knows: what it lacks could not be told.</summary>
internal sealed class UnknownOrderRule : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        if (judged.Subjects.UnknownOrder is { } order)
        {
            reasons.Add(
                new(
                    "UnknownOrder",
                    new(
                        $"The order {order} is not registered here, or was revoked.",
                        $"订单 {order} 未在本节点注册或已注销。"
                    )
                )
            );
        }
        return default;
    }
}

/// <summary>
/// What the lines of the bill of materials or of the order do not name is not used for it. A line names a template, an
/// identifier, or what the item's template says that the item is.
/// </summary>
internal sealed class WrongMaterialRule : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        // Of a carrier what is on it is judged.
        if (
            judged.Subjects.Lines is { } lines
            && !judged.Load.Carriers.Contains(judged.Number)
            && !Names(lines, judged.Item.Names())
        )
        {
            Add(lines, reasons);
        }
        return default;
    }

    /// <summary>True if one of the lines names something by one of its names; false without lines.</summary>
    public static bool Names(RuledRecord? lines, IReadOnlySet<string> names) =>
        lines?.Values(lines.Rules?.Lines).Any(line => MaterialLine.Parse(line).IsNamed(names)) == true;

    /// <summary>Adds that no line names it.</summary>
    public static void Add(RuledRecord lines, List<IntentReason> reasons) =>
        reasons.Add(
            new(
                "WrongMaterial",
                new($"No line of {lines.Identifier} names it.", $"{lines.Identifier} 的物料行中没有该物料。")
            )
        );
}

/// <summary>
/// Nothing is brought where it does not belong: by its order, or else, where it is only moved, by its own record.
/// </summary>
internal sealed class WrongPlaceRule(IntentThings things) : IIntentRule
{
    public async ValueTask JudgeAsync(
        IntentCase judged,
        List<IntentReason> reasons,
        CancellationToken cancellationToken
    )
    {
        if (judged.Subjects.Place is not { } place)
        {
            return;
        }
        var places = PlacesOf(judged.Subjects.Order);
        if (places.Count == 0 && judged.Kind == IntentKind.Move)
        {
            places = PlacesOf(judged.Item);
        }
        if (places.Count > 0 && !await things.IsWithinAsync(place, places, cancellationToken))
        {
            var right = string.Join(", ", places.Take(3));
            reasons.Add(new("WrongPlace", new($"It belongs in {right}.", $"应在 {right}。")));
        }
    }

    private static IReadOnlyList<string> PlacesOf(RuledRecord? record) => record?.Values(record.Rules?.Place) ?? [];
}
