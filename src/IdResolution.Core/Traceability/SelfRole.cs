using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Where the item that is being registered stands in an event that does not name it: what came out of inputs, the
/// parent of children, else what it happened to.
/// </summary>
internal static class SelfRole
{
    private static readonly ThingRequest s_self = new() { IsSelf = true };

    /// <summary>The event with the item in it.</summary>
    public static EventRequest In(EventRequest request)
    {
        if (Names(request))
        {
            return request;
        }
        if (!EventNames.TryParse(request.As ?? request.Type, out EventType type))
        {
            return request;
        }
        return type switch
        {
            EventType.Transform when request.Outputs.Count == 0 => request with { Outputs = [s_self] },
            EventType.Transform => request,
            EventType.Assemble or EventType.Install or EventType.Disassemble => request.Parent is null
                ? request with
                {
                    Parent = s_self,
                }
                : request,
            EventType.Replace or EventType.Correct => request,
            EventType.Release when request.Holds.Count > 0 => request,
            _ when request.Items.Count == 0 => request with { Items = [s_self] },
            _ => request,
        };
    }

    private static bool Names(EventRequest request) =>
        request.Parent is { IsSelf: true }
        || request.Place is { IsSelf: true }
        || request.Process is { IsSelf: true }
        || request.Step is { IsSelf: true }
        || new[]
        {
            request.Items,
            request.Inputs,
            request.Outputs,
            request.Children,
            request.Documents,
            request.Equipment,
            request.Tools,
            request.Persons,
        }.Any(static list => list.Any(static thing => thing.IsSelf));
}
