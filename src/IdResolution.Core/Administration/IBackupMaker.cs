using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>Makes backups of the store into the place that the settings name.</summary>
public interface IBackupMaker
{
    /// <summary>False if the settings name no place, or the store is backed up by means of its own.</summary>
    bool IsAvailable { get; }

    /// <summary>
    /// Makes a backup and gives its name; or <see cref="ErrorCode.TooMany"/> while one is being made, or
    /// <see cref="ErrorCode.Internal"/> if it failed.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the backup.</param>
    Task<Result<string>> MakeAsync(CancellationToken cancellationToken);
}
