namespace IdResolution.Storage.Migrations;

/// <summary>A store while a step runs on it.</summary>
internal interface IStepStore
{
    /// <summary>Bytes free where the database lies; null where that cannot be known from here.</summary>
    long? FreeBytes { get; }

    /// <summary>
    /// Runs work in a transaction that no writer is in at the same time, and commits it where the work does not throw.
    /// </summary>
    Task<T> RunAsync<T>(Func<StepTransaction, Task<T>> work, CancellationToken cancellationToken);
}
