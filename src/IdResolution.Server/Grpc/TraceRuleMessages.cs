using IdResolution.Core.Events;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Converts what a template says of its items in events to and from messages.</summary>
internal static class TraceRuleMessages
{
    public static V1.TraceRules? ToMessage(TraceRules? rules)
    {
        if (rules is null)
        {
            return null;
        }
        var message = new V1.TraceRules();
        message.Links.AddRange(rules.Links.Select(ToMessage));
        EventMessages.Set(rules.Expiry, code => message.Expiry = code);
        EventMessages.Set(rules.Quantity, code => message.Quantity = code);
        EventMessages.Set(rules.Calibration, code => message.Calibration = code);
        EventMessages.Set(rules.Strokes, code => message.Strokes = code);
        EventMessages.Set(rules.StrokeLimit, code => message.StrokeLimit = code);
        EventMessages.Set(rules.Material, code => message.Material = code);
        EventMessages.Set(rules.Lines, code => message.Lines = code);
        EventMessages.Set(rules.Bom, code => message.Bom = code);
        EventMessages.Set(rules.FirstOut, rule => message.FirstOut = rule);
        EventMessages.Set(rules.Place, code => message.Place = code);
        return message;
    }

    public static TraceRules? FromMessage(V1.TraceRules? message) =>
        message is null
            ? null
            : new TraceRules
            {
                Links = [.. message.Links.Select(FromMessage)],
                Expiry = message.HasExpiry ? message.Expiry : null,
                Quantity = message.HasQuantity ? message.Quantity : null,
                Calibration = message.HasCalibration ? message.Calibration : null,
                Strokes = message.HasStrokes ? message.Strokes : null,
                StrokeLimit = message.HasStrokeLimit ? message.StrokeLimit : null,
                Material = message.HasMaterial ? message.Material : null,
                Lines = message.HasLines ? message.Lines : null,
                Bom = message.HasBom ? message.Bom : null,
                Place = message.HasPlace ? message.Place : null,
                FirstOut = message.HasFirstOut ? message.FirstOut : null,
            };

    private static V1.LinkRule ToMessage(LinkRule rule)
    {
        var message = new V1.LinkRule();
        if (EventNames.TryParse(rule.Type, out LinkKinds kind))
        {
            message.Type = EventMessages.Type(kind);
        }
        message.Templates.AddRange(rule.Templates);
        if (rule.Most is { } most)
        {
            message.Most = most;
        }
        if (rule.Least is { } least)
        {
            message.Least = least;
        }
        if (rule.Refuse is { } refuse)
        {
            message.Refuse = refuse;
        }
        return message;
    }

    private static LinkRule FromMessage(V1.LinkRule message) =>
        new()
        {
            Type = EventReader.Name(message.Type) ?? "",
            Templates = [.. message.Templates],
            Most = message.HasMost ? message.Most : null,
            Least = message.HasLeast ? message.Least : null,
            Refuse = message.HasRefuse ? message.Refuse : null,
        };
}
