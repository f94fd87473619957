using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Handles;

/// <summary>Has a backup of the store made, for administrators of the server. Thread-safe.</summary>
public sealed class BackupAdministrator(HandleRights rights, IBackupMaker backups, Auditor auditor)
{
    private const string Action = "handle.backup";

    /// <summary>
    /// Makes a backup and gives its name. <see cref="ErrorCode.NotSupported"/> if the settings name no place for it.
    /// </summary>
    public async Task<Result<string>> MakeAsync(HandleIdentity? identity, CancellationToken cancellationToken)
    {
        if (!backups.IsAvailable)
        {
            return HandleErrors.NoBackups;
        }
        if (rights.RefuseServerAdmin(identity) is { } refusal)
        {
            return refusal;
        }
        var made = await backups.MakeAsync(cancellationToken);
        if (made.TryGet(out var name, out var error))
        {
            await auditor.DoneAsync(identity!.Caller, Action, name, CancellationToken.None);
        }
        else
        {
            // Gathered: while one is being made, another may be asked for any number of times.
            auditor.Denied(identity!.Caller, Action, error.Code);
        }
        return made;
    }
}
