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

/// <summary>
/// Nothing is done for an order, with a machine or at a place that nobody knows: what it lacks, whether it is
/// calibrated and where it is could not be told.
/// </summary>
internal sealed class UnknownRule : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        reasons.AddRange(judged.Subjects.Unknown);
        return default;
    }
}

/// <summary>A machine, person or place that was taken for an order is none.</summary>
internal sealed class NoOrderRule : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        if (judged.Plan.IsNoOrder && judged.Subjects.Order is { } order)
        {
            reasons.Add(
                new(
                    "NoOrder",
                    new(
                        $"{order.Identifier} is no order: it is of template {order.TemplateCode}, and covers nothing.",
                        $"{order.Identifier} 不是订单：其模板为 {order.TemplateCode}，且未涵盖任何标识。"
                    )
                )
            );
        }
        return default;
    }
}

/// <summary>
/// What the lines of the bill of materials or of the order do not name is not used for it. A line names a template, an
/// identifier, or what the item's template says that the item is. An order without lines names what it covers, and what
/// is of the same template.
/// </summary>
internal sealed class WrongMaterialRule : IIntentRule
{
    public ValueTask JudgeAsync(IntentCase judged, List<IntentReason> reasons, CancellationToken cancellationToken)
    {
        // Of a carrier what is on it is judged.
        if (!judged.Load.Carriers.Contains(judged.Number) && !IsNamed(judged))
        {
            Add(judged, reasons);
        }
        return default;
    }

    /// <summary>True if a line names the item itself, or, without lines, the order covers it.</summary>
    public static bool Takes(IntentCase judged) =>
        judged.Subjects.Lines is { } lines
            ? Names(lines, judged.Item.Names())
            : judged.Plan.Items.Contains(judged.Number);

    /// <summary>True if one of the lines names something by one of its names.</summary>
    public static bool Names(RuledRecord lines, IReadOnlySet<string> names) =>
        lines.Values(lines.Rules?.Lines).Any(line => MaterialLine.Parse(line).IsNamed(names));

    /// <summary>Adds that it is not named.</summary>
    public static void Add(IntentCase judged, List<IntentReason> reasons) =>
        reasons.Add(
            new(
                "WrongMaterial",
                judged.Subjects.Lines is { Identifier: var lines }
                    ? new($"No line of {lines} names it.", $"{lines} 的物料行中没有该物料。")
                    : new(
                        $"{judged.Subjects.Order?.Identifier} covers neither it nor another of its template.",
                        $"{judged.Subjects.Order?.Identifier} 未涵盖该标识，也未涵盖同一模板的其他标识。"
                    )
            )
        );

    private static bool IsNamed(IntentCase judged) =>
        judged.Subjects.Lines is { } lines
            ? Names(lines, judged.Item.Names())
            : !judged.Plan.Any || judged.Plan.Names(judged.Number, judged.Item.TemplateCode);
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
