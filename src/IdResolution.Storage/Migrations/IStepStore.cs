namespace IdResolution.Storage.Migrations;

/// <summary>A store while a step in code runs on it.</summary>
internal interface IStepStore
{
    /// <summary>Free bytes on the disk of the database; null if this node cannot find out.</summary>
    long? FreeBytes { get; }

    /// <summary>Runs work in a transaction that excludes all writers, and commits unless the work throws.</summary>
    Task<T> RunAsync<T>(Func<StepTransaction, Task<T>> work, CancellationToken cancellationToken);
}
