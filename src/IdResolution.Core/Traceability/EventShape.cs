using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Which members the types of events need, and which they do not take.</summary>
internal static class EventShape
{
    /// <summary>Checks that what the type is about is there.</summary>
    public static void Check(EventContent content, EventType meant, Faults faults)
    {
        switch (meant)
        {
            case EventType.Transform:
                Need(content.Request.Inputs.Count + content.Request.Outputs.Count, "inputs", faults);
                None(content.Request.Items, "items", meant, faults);
                NoParts(content, meant, faults);
                break;
            case EventType.Assemble or EventType.Install:
                Need(content.Request.Parent is null ? 0 : 1, "parent", faults);
                Need(content.Request.Children.Count, "children", faults);
                NoFlow(content, meant, faults);
                NotInItself(content.Parent, content.Children, faults);
                break;
            case EventType.Disassemble:
                Need(content.Request.Parent is null ? 0 : 1, "parent", faults);
                None(content.Request.Items, "items", meant, faults);
                NoFlow(content, meant, faults);
                break;
            case EventType.Replace:
                Need(content.Request.Parent is null ? 0 : 1, "parent", faults);
                Need(content.Request.Inputs.Count, "inputs", faults);
                Need(content.Request.Outputs.Count, "outputs", faults);
                None(content.Request.Children, "children", meant, faults);
                NotInItself(content.Parent, content.Outputs, faults);
                break;
            case EventType.Cover:
                Need(content.Request.Documents.Count, "documents", faults);
                AboutItems(content, meant, faults);
                break;
            case EventType.Observe:
                // A sensor may tell of a place or a machine alone.
                Need(
                    content.Request.Items.Count
                        + content.Request.Inputs.Count
                        + content.Request.Outputs.Count
                        + content.Request.Equipment.Count
                        + (content.Request.Place is null ? 0 : 1),
                    "items",
                    faults
                );
                break;
            case EventType.Inspect or EventType.Operate or EventType.Service:
                Need(
                    content.Request.Items.Count + content.Request.Inputs.Count + content.Request.Outputs.Count,
                    "items",
                    faults
                );
                break;
            case EventType.Commission:
                // What begins to be is what came out of its making.
                Need(content.Request.Items.Count + content.Request.Outputs.Count, "items", faults);
                None(content.Request.Inputs, "inputs", meant, faults);
                NoParts(content, meant, faults);
                break;
            case EventType.Correct:
                break;
            default:
                AboutItems(content, meant, faults);
                break;
        }
    }

    /// <summary>An event about items alone: what it names elsewhere would be left out without a word.</summary>
    private static void AboutItems(EventContent content, EventType meant, Faults faults)
    {
        if (meant != EventType.Release || content.Request.Holds.Count == 0)
        {
            Need(content.Request.Items.Count, "items", faults);
        }
        NoFlow(content, meant, faults);
        NoParts(content, meant, faults);
    }

    /// <summary>What is in no event before is in nothing for the store, so it is compared here.</summary>
    private static void NotInItself(EventThing? parent, IReadOnlyList<EventThing> children, Faults faults)
    {
        foreach (var child in children)
        {
            if (child.Key == parent?.Key)
            {
                faults.Add(EventErrors.Cycle([child.Key]));
            }
        }
    }

    private static void NoFlow(EventContent content, EventType meant, Faults faults)
    {
        None(content.Request.Inputs, "inputs", meant, faults);
        None(content.Request.Outputs, "outputs", meant, faults);
    }

    private static void NoParts(EventContent content, EventType meant, Faults faults)
    {
        None(content.Request.Parent, "parent", meant, faults);
        None(content.Request.Children, "children", meant, faults);
    }

    private static void Need(int count, string field, Faults faults)
    {
        if (count == 0)
        {
            faults.Add(field, "is needed by an event of this type", "为此类事件所必需");
        }
    }

    private static void None(object? member, string field, EventType meant, Faults faults)
    {
        if (member is not null and not IReadOnlyList<ThingRequest> { Count: 0 })
        {
            faults.Add(
                field,
                $"is no member of an event of type {EventNames.Of(meant)}",
                $"不是 {EventNames.Of(meant)} 类事件的字段"
            );
        }
    }
}
