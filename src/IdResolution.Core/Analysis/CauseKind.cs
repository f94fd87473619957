namespace IdResolution.Core.Analysis;

/// <summary>What bad items may have in common.</summary>
public enum CauseKind
{
    /// <summary>Something that they were made from, or that is in them.</summary>
    Ancestor,

    /// <summary>A machine of an event, always or in a span of time.</summary>
    Equipment,

    /// <summary>A tool of an event, always or in a span of time.</summary>
    Tool,

    /// <summary>A person of an event.</summary>
    Person,

    /// <summary>A process of an event, or a version of it.</summary>
    Process,

    /// <summary>The place of an event.</summary>
    Place,

    /// <summary>A value that was measured, in a range.</summary>
    Measurement,
}
