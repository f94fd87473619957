using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>What the templates say against an event: what refuses it, and what is only reported.</summary>
internal sealed class LinkVerdict
{
    private List<EventFinding>? _findings;

    /// <summary>What refuses the event.</summary>
    public Faults Faults { get; } = new();

    /// <summary>What is reported, in the order found.</summary>
    public IReadOnlyList<EventFinding> Findings => _findings ?? (IReadOnlyList<EventFinding>)[];

    /// <summary>True if nothing that the event uses must be held when it is written.</summary>
    public bool RefusesHeld { get; set; }

    /// <summary>Adds what is reported.</summary>
    public void Report(string code, Text message)
    {
        _findings ??= [];
        if (_findings.Count < EventFinding.Most)
        {
            _findings.Add(new EventFinding(code, message));
        }
    }
}
