using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>An item that has not all that its template asks for.</summary>
/// <param name="Identifier">The item.</param>
/// <param name="Lacks">What it lacks.</param>
public sealed record IncompleteItem(string Identifier, IReadOnlyList<PartLack> Lacks);

/// <summary>What is missing of the items of a template.</summary>
public sealed record CompletenessReport
{
    /// <summary>The code of the template.</summary>
    public required string Template { get; init; }

    /// <summary>At this time or later, in microseconds since 1970 UTC.</summary>
    public required long From { get; init; }

    /// <summary>Before this time, in microseconds since 1970 UTC.</summary>
    public required long To { get; init; }

    /// <summary>The number of the log up to which events count.</summary>
    public required long Number { get; init; }

    /// <summary>How many entries of the log the archive had not read.</summary>
    public required long Behind { get; init; }

    /// <summary>How many records were looked at.</summary>
    public required int Checked { get; init; }

    /// <summary>Those of them that lack parts; null where the template asks for none.</summary>
    public IReadOnlyList<IncompleteItem>? Incomplete { get; init; }

    /// <summary>Those of them without certificate; null where the template has no such attribute.</summary>
    public IReadOnlyList<string>? Uncertified { get; init; }

    /// <summary>
    /// How many items passed any step, or were registered and are in use; 0 where none passed any, as of templates
    /// whose items pass no steps.
    /// </summary>
    public required long StepItems { get; init; }

    /// <summary>The steps, by name.</summary>
    public required IReadOnlyList<StepCount> Steps { get; init; }

    /// <summary>
    /// Those of them that are in use and did not pass the step that was asked for; null where none was.
    /// </summary>
    public IReadOnlyList<string>? WithoutStep { get; init; }

    /// <summary>Goes on; null if there is no more.</summary>
    public string? Next { get; init; }
}
