using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Events;

/// <summary>Keeps what events say of quality in a form that can be counted. Thread-safe.</summary>
public interface IQualityStore
{
    /// <summary>
    /// Keeps the rows of events that the log brought, and moves the reader's cursor in the same transaction. False if
    /// the move was refused; nothing was done then.
    /// </summary>
    Task<bool> KeepFromLogAsync(LogMove move, IReadOnlyList<QualityEntry> entries, CancellationToken cancellationToken);

    /// <summary>Counts inspections, at most as many groups as the query says.</summary>
    ValueTask<IReadOnlyList<InspectionGroup>> InspectionsAsync(QualityQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Sums measurements up, at most as many groups as the query says. By characteristic and unit where the query
    /// names a characteristic or counts by it.
    /// </summary>
    ValueTask<IReadOnlyList<MeasurementGroup>> MeasurementsAsync(
        QualityQuery query,
        CancellationToken cancellationToken
    );

    /// <summary>True if there is a measurement, or a defect, of this name.</summary>
    ValueTask<bool> IsNamedAsync(QualityKind kind, string name, CancellationToken cancellationToken);

    /// <summary>
    /// True if anything was said of a step. Reads the whole archive where there is nothing.
    /// </summary>
    ValueTask<bool> IsStepAsync(string step, CancellationToken cancellationToken);

    /// <summary>Counts how items of a template passed steps, by step, at most as many as the query says.</summary>
    ValueTask<IReadOnlyList<StepCount>> StepsAsync(StepQuery query, CancellationToken cancellationToken);

    /// <summary>How many items of a template passed any step, or were registered and are in use.</summary>
    ValueTask<long> StepItemsAsync(StepQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// The numbers of items in use that passed steps or were registered, and never passed one step, in their order.
    /// </summary>
    /// <param name="query">The template, the time of the steps and registrations, and how many to list.</param>
    /// <param name="step">The step that they did not pass.</param>
    /// <param name="after">The last number of the page before; 0 for the first page.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<IReadOnlyList<long>> WithoutStepAsync(
        StepQuery query,
        string step,
        long after,
        CancellationToken cancellationToken
    );

    /// <summary>Counts defects by their codes, at most as many groups as the query says.</summary>
    ValueTask<IReadOnlyList<DefectGroup>> DefectsAsync(QualityQuery query, CancellationToken cancellationToken);
}
