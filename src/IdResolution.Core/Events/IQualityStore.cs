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

    /// <summary>Counts defects by their codes, at most as many groups as the query says.</summary>
    ValueTask<IReadOnlyList<DefectGroup>> DefectsAsync(QualityQuery query, CancellationToken cancellationToken);
}
