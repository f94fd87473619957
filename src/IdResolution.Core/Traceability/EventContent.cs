using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>A checked event, before it is encoded.</summary>
internal sealed record EventContent
{
    private List<EventMember>? _members;

    /// <summary>The type as it was sent.</summary>
    public required EventType Type { get; init; }

    /// <summary>Of a correction that says what is right, the type that the members mean; otherwise null.</summary>
    public EventType? As { get; init; }

    /// <summary>When it happened, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>The request, for the members that need no look-up.</summary>
    public required EventRequest Request { get; init; }

    /// <summary>What was used up.</summary>
    public required IReadOnlyList<EventThing> Inputs { get; init; }

    /// <summary>What came out.</summary>
    public required IReadOnlyList<EventThing> Outputs { get; init; }

    /// <summary>What was put into a parent, or taken out.</summary>
    public required IReadOnlyList<EventThing> Children { get; init; }

    /// <summary>What it happened to.</summary>
    public required IReadOnlyList<EventThing> Items { get; init; }

    /// <summary>The machines that did it.</summary>
    public required IReadOnlyList<EventThing> Equipment { get; init; }

    /// <summary>The tools that were used.</summary>
    public required IReadOnlyList<EventThing> Tools { get; init; }

    /// <summary>The persons who did it.</summary>
    public required IReadOnlyList<EventThing> Persons { get; init; }

    /// <summary>Orders, receipts and other documents.</summary>
    public required IReadOnlyList<EventThing> Documents { get; init; }

    /// <summary>What children were put into, or taken out of.</summary>
    public EventThing? Parent { get; init; }

    /// <summary>Where it happened.</summary>
    public EventThing? Place { get; init; }

    /// <summary>The process, or its version.</summary>
    public EventThing? Process { get; init; }

    /// <summary>The step of the process. It has no part in the graph.</summary>
    public EventThing? Step { get; init; }

    /// <summary>What was measured, with canonical numbers.</summary>
    public required IReadOnlyList<EventMeasurement> Measurements { get; init; }

    /// <summary>What was found to be wrong.</summary>
    public required IReadOnlyList<EventDefect> Defects { get; init; }

    /// <summary>Of a hold, what it is about.</summary>
    public HoldScope? Scope { get; init; }

    /// <summary>Of a correction, the object number of the event that was wrong; 0 otherwise.</summary>
    public long Voids { get; init; }

    /// <summary>Of a release, the object numbers of the holds that end; null for all on its own items.</summary>
    public IReadOnlyList<long>? Ends { get; init; }

    /// <summary>What the templates report of it, once they were asked.</summary>
    public IReadOnlyList<EventFinding> Findings { get; set; } = [];

    /// <summary>True if a template refuses what is held to be used, once they were asked.</summary>
    public bool RefusesHeld { get; set; }

    /// <summary>The type that the members mean.</summary>
    public EventType Meant => As ?? Type;

    /// <summary>The rows of the graph.</summary>
    public IReadOnlyList<EventMember> Members => _members ??= ToMembers();

    /// <summary>The event once the item that is being registered has its identifier.</summary>
    public EventContent Of(Identifier item) =>
        this with
        {
            _members = null,
            Inputs = Of(Inputs, item),
            Outputs = Of(Outputs, item),
            Children = Of(Children, item),
            Items = Of(Items, item),
            Equipment = Of(Equipment, item),
            Tools = Of(Tools, item),
            Persons = Of(Persons, item),
            Documents = Of(Documents, item),
            Parent = Parent?.Of(item),
            Place = Place?.Of(item),
            Process = Process?.Of(item),
            Step = Step?.Of(item),
        };

    private List<EventMember> ToMembers()
    {
        var members = new List<EventMember>(Inputs.Count + Outputs.Count + Children.Count + Items.Count + 4);
        var (parent, child, item, document) = RolesOf(Meant);
        Add(members, Inputs, Meant == EventType.Replace ? MemberRole.Removed : MemberRole.Input);
        Add(members, Outputs, Meant == EventType.Replace ? MemberRole.Child : MemberRole.Output);
        Add(members, Parent, parent);
        Add(members, Children, child);
        Add(members, Items, item);
        Add(members, Documents, document);
        Add(members, Equipment, MemberRole.Equipment);
        Add(members, Tools, MemberRole.Tool);
        Add(members, Persons, MemberRole.Person);
        Add(members, Process, MemberRole.Process);
        Add(members, Place, MemberRole.Place);
        return members;
    }

    /// <summary>The role of what stands in a list of the state (<see cref="EventState"/>).</summary>
    public static MemberRole RoleOf(string code, EventType meant)
    {
        var (parent, child, item, document) = RolesOf(meant);
        return code switch
        {
            "e:inputs" => meant == EventType.Replace ? MemberRole.Removed : MemberRole.Input,
            "e:outputs" => meant == EventType.Replace ? MemberRole.Child : MemberRole.Output,
            "e:parent" => parent,
            "e:children" => child,
            "e:items" => item,
            "e:documents" => document,
            "e:equipment" => MemberRole.Equipment,
            "e:tools" => MemberRole.Tool,
            "e:persons" => MemberRole.Person,
            "e:process" => MemberRole.Process,
            _ => MemberRole.Place,
        };
    }

    private static (MemberRole Parent, MemberRole Child, MemberRole Item, MemberRole Document) RolesOf(
        EventType type
    ) =>
        type switch
        {
            EventType.Disassemble => (MemberRole.RemovedFrom, MemberRole.Removed, MemberRole.Item, MemberRole.Document),
            EventType.Cover or EventType.Ship => (
                MemberRole.Parent,
                MemberRole.Child,
                MemberRole.Covered,
                MemberRole.Covering
            ),
            _ => (MemberRole.Parent, MemberRole.Child, MemberRole.Item, MemberRole.Document),
        };

    private static IReadOnlyList<EventThing> Of(IReadOnlyList<EventThing> things, Identifier item) =>
        things.Any(static t => t.IsSelf) ? [.. things.Select(t => t.Of(item))] : things;

    private static void Add(List<EventMember> members, IReadOnlyList<EventThing> things, MemberRole role)
    {
        for (var i = 0; i < things.Count; i++)
        {
            members.Add(things[i].As(role));
        }
    }

    private static void Add(List<EventMember> members, EventThing? thing, MemberRole role)
    {
        if (thing is not null)
        {
            members.Add(thing.As(role));
        }
    }
}
