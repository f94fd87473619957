using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting;

/// <summary>
/// What must be open before a node is composed: data directory, store and key file. Disposing closes them.
/// </summary>
internal sealed class OpenedNode : IDisposable
{
    private OpenedNode(
        NodeOptions options,
        DataDirectory directory,
        NodeStore store,
        NodeSecrets secrets,
        TimeProvider time,
        NodeTelemetry telemetry
    )
    {
        Options = options;
        Directory = directory;
        Store = store;
        Secrets = secrets;
        Time = time;
        Telemetry = telemetry;
    }

    public NodeOptions Options { get; }

    public DataDirectory Directory { get; }

    public NodeStore Store { get; }

    /// <summary>What is derived from the key file.</summary>
    public NodeSecrets Secrets { get; }

    public TimeProvider Time { get; }

    /// <summary>What the node tells of its work.</summary>
    public NodeTelemetry Telemetry { get; }

    /// <summary>Opens the data directory's node.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="create">Make directory, database and key file where missing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Is told how far a migration in code is.</param>
    /// <param name="leavesSteps">
    /// Leaves a migration in code of a node in use to <see cref="Work.MigrationWork"/>.
    /// </param>
    /// <exception cref="OperatorException">Something only the operator can mend.</exception>
    public static async Task<OpenedNode> OpenAsync(
        NodeOptions options,
        bool create,
        TimeProvider time,
        IProgress<MigrationProgress>? progress = null,
        bool leavesSteps = false
    )
    {
        var directory = DataDirectory.Open(options.Data, create);
        NodeStore? store = null;
        var telemetry = new NodeTelemetry();
        try
        {
            var settings = DataDirectory.StoreIn(options);
            if (!settings.IsSqlServer && !File.Exists(settings.File) && !create)
            {
                throw new OperatorException(
                    $"There is no database in {directory.Path}. Make one: idnode init --data {options.Data} "
                        + "--prefix PREFIX"
                );
            }
            store = await StoreOpener.OpenAsync(
                settings,
                time,
                CancellationToken.None,
                telemetry,
                progress,
                leavesSteps
            );
            var secrets = await SecretsAsync(options, directory, store, settings.IsSqlServer, create);
            return new OpenedNode(options, directory, store, secrets, time, telemetry);
        }
        catch
        {
            store?.Dispose();
            telemetry.Dispose();
            directory.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        Telemetry.Dispose();
        Directory.Dispose();
    }

    private static async Task<NodeSecrets> SecretsAsync(
        NodeOptions options,
        DataDirectory directory,
        NodeStore store,
        bool isSqlServer,
        bool create
    )
    {
        if (await store.Settings.FindSettingAsync(StoreCopy.SourceMark, CancellationToken.None) is not null)
        {
            throw new OperatorException(
                "This database is a copy that is not finished. Run the same idnode copy again: it goes on where it "
                    + "stopped."
            );
        }
        var fingerprint = await store.Settings.FindSettingAsync(
            NodeStore.KeyFingerprintSetting,
            CancellationToken.None
        );
        if (fingerprint is null && isSqlServer && !create)
        {
            throw new OperatorException(
                "There is no node in the database of Store:SqlServer yet. Make one: idnode init --data "
                    + $"{options.Data} --prefix PREFIX"
            );
        }
        var secrets = KeyFile.LoadOrCreate(
            options.Secrets.KeyFile ?? Path.Combine(directory.Path, KeyFile.FileName),
            create: fingerprint is null
        );
        fingerprint ??= await store.Settings.GetOrAddAsync(NodeStore.KeyFingerprintSetting, secrets.Fingerprint);
        return fingerprint == secrets.Fingerprint
            ? secrets
            : throw new OperatorException(
                "The key file is not the one this database was made with. Put the right one in place (Secrets:KeyFile)."
            );
    }
}
