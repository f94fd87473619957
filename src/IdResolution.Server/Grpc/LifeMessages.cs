using Google.Protobuf.WellKnownTypes;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Makes the messages of equipment and tools over their life.</summary>
internal static class LifeMessages
{
    public static V1.Life ToMessage(ItemLife life)
    {
        var message = new V1.Life
        {
            Identifier = life.Item.Spelling,
            Registered = life.Item.IsRegistered,
            At = TimeOf(life.At),
            Number = life.Number,
            Calibration = ToMessage(life.Calibration),
            Strokes = ToMessage(life.Strokes),
            Complete = life.IsComplete,
        };
        EventMessages.Set(life.Item.Template, text => message.Template = text);
        message.Values.AddRange(life.Values.Select(static v => ToMessage(v.Value, v.Key)));
        message.Parts.AddRange(life.Parts.Select(ToMessage));
        message.Events.AddRange(life.Events.Select(ToMessage));
        return message;
    }

    public static V1.CalibrationLine ToMessage(CalibrationLine line)
    {
        var message = new V1.CalibrationLine
        {
            Event = line.Event.ToString(),
            Type = (V1.EventType)line.Type,
            Time = TimeOf(line.Time),
            Role = line.Role switch
            {
                "equipment" => V1.ResourceRole.Equipment,
                "tool" => V1.ResourceRole.Tool,
                _ => V1.ResourceRole.Instrument,
            },
            Name = line.Name,
            Calibration = ToMessage(line.Calibration),
            Strokes = ToMessage(line.Strokes),
        };
        EventMessages.Set(line.Step, text => message.Step = text);
        EventMessages.Set(line.Template, text => message.Template = text);
        return message;
    }

    public static V1.MadeLine ToMessage(MadeLine line)
    {
        var message = new V1.MadeLine
        {
            Identifier = line.Identifier,
            Role = line.Role switch
            {
                "output" => V1.MadeRole.Output,
                "parent" => V1.MadeRole.Parent,
                _ => V1.MadeRole.Item,
            },
            Event = line.Event.ToString(),
            Type = (V1.EventType)line.Type,
            Time = TimeOf(line.Time),
        };
        EventMessages.Set(line.Template, text => message.Template = text);
        EventMessages.Set(line.Step, text => message.Step = text);
        EventMessages.Set(line.Quantity, text => message.Quantity = text);
        EventMessages.Set(line.Unit, text => message.Unit = text);
        return message;
    }

    private static V1.Calibration ToMessage(CalibrationStatus calibration) =>
        // The messages number states from 1.
        new()
        {
            State = (V1.CalibrationState)(calibration.State + 1),
            Until = calibration.Until is { } until ? ToMessage(until) : null,
        };

    private static V1.Strokes? ToMessage(StrokeStatus? strokes) =>
        strokes is null
            ? null
            : new V1.Strokes
            {
                Made = ToMessage(strokes.Made),
                Limit = strokes.Limit is { } limit ? ToMessage(limit) : null,
                WornOut = strokes.IsWornOut,
            };

    private static V1.SaidValue ToMessage(SaidValue said, string? name = null)
    {
        var message = new V1.SaidValue { Value = said.Value, Time = TimeOf(said.Time) };
        EventMessages.Set(name, text => message.Name = text);
        EventMessages.Set(said.Unit, text => message.Unit = text);
        EventMessages.Set(said.Event?.ToString(), text => message.Event = text);
        if (said.Event is null)
        {
            message.Version = said.Version;
        }
        return message;
    }

    private static V1.LifePart ToMessage(LifePart part)
    {
        var message = new V1.LifePart
        {
            Identifier = part.Item.Spelling,
            Event = part.Event.ToString(),
            Since = TimeOf(part.Since),
        };
        EventMessages.Set(part.Item.Template, text => message.Template = text);
        EventMessages.Set(part.Position, text => message.Position = text);
        return message;
    }

    private static V1.LifeEvent ToMessage(LifeEvent happened)
    {
        var message = new V1.LifeEvent
        {
            Event = happened.Event.ToString(),
            Type = (V1.EventType)happened.Type,
            Time = TimeOf(happened.Time),
        };
        EventMessages.Set(happened.Step, text => message.Step = text);
        EventMessages.Set(happened.Reason, text => message.Reason = text);
        EventMessages.Set(happened.Disposition, text => message.Disposition = text);
        return message;
    }

    private static Timestamp TimeOf(long time) => Timestamp.FromDateTimeOffset(Micros.ToTime(time));
}
