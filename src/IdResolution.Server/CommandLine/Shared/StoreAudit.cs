using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>Notes the acts of verbs in the audit log.</summary>
internal static class StoreAudit
{
    /// <summary>Notes an act on a node that the verb has opened.</summary>
    /// <param name="node">The node.</param>
    /// <param name="action">What was done.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="count">How many records; 1 where that says nothing.</param>
    public static Task NoteAsync(this NodeContainer node, string action, string target, long count = 1) =>
        node.Get<Auditor>().DoneAsync(Caller.CommandLine, action, target, CancellationToken.None, count);

    /// <summary>
    /// Notes that an export began, which the audit log so has even if the export is killed, and how it ended: with how
    /// many records handed to its output, and whether those were all.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="action">What is done. Its end is this, and <c>ended</c>.</param>
    /// <param name="target">What is exported, and where to.</param>
    /// <param name="progress">Says how many records there were.</param>
    /// <param name="export">Writes the records.</param>
    public static async Task<T> NoteExportAsync<T>(
        this NodeContainer node,
        string action,
        string target,
        WorkProgress progress,
        Func<Task<T>> export
    )
    {
        await node.NoteAsync(action, target);
        T exported;
        try
        {
            exported = await export();
        }
        catch
        {
            try
            {
                await EndAsync(isWhole: false);
            }
            catch (StoreException)
            {
                // The line waits for the flush at the end of the verb. What ended the export is told.
            }
            throw;
        }
        await EndAsync(isWhole: true);
        return exported;

        Task EndAsync(bool isWhole) =>
            node.Get<Auditor>()
                .DoneAsync(
                    Caller.CommandLine,
                    action + " ended",
                    target,
                    CancellationToken.None,
                    progress.Items,
                    isWhole
                );
    }

    /// <summary>
    /// Notes an act on a store that the verb did not open as a node. A store of an earlier version has no place for it,
    /// and is not migrated for that.
    /// </summary>
    /// <param name="settings">The store.</param>
    /// <param name="osUser">The user of the operating system.</param>
    /// <param name="action">What was done.</param>
    /// <param name="target">What it was done to.</param>
    /// <param name="count">How many records; 1 where that says nothing.</param>
    public static async Task NoteAsync(
        StoreSettings settings,
        string? osUser,
        string action,
        string target,
        long count = 1
    )
    {
        if (StoreCheck.Read(settings) is not { IsMigrated: true })
        {
            return;
        }
        using var store = await StoreOpener.OpenAsync(settings, TimeProvider.System, CancellationToken.None);
        var auditor = new Auditor(store.Audit, TimeProvider.System, new AuditOrigin(new NodeName().ToString(), osUser));
        await auditor.DoneAsync(Caller.CommandLine, action, target, CancellationToken.None, count);
    }
}
