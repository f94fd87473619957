using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting;

/// <summary>
/// The resources of a node, opened before it is composed: data directory, store, key file. Dispose closes them.
/// </summary>
internal sealed class OpenedNode : IDisposable
{
    private bool _isGivenUp;

    private OpenedNode(
        NodeOptions options,
        DataDirectory directory,
        NodeStore store,
        DataKeys dataKeys,
        TimeProvider time,
        NodeTelemetry telemetry
    )
    {
        Options = options;
        Directory = directory;
        Store = store;
        DataKeys = dataKeys;
        Time = time;
        Telemetry = telemetry;
    }

    public NodeOptions Options { get; }

    public DataDirectory Directory { get; }

    public NodeStore Store { get; }

    /// <summary>The data keys in the store.</summary>
    public DataKeys DataKeys { get; }

    /// <summary>The secrets of the key file and the data keys.</summary>
    public NodeSecrets Secrets => DataKeys.Secrets;

    public TimeProvider Time { get; }

    /// <summary>The node's meter and source of spans.</summary>
    public NodeTelemetry Telemetry { get; }

    /// <summary>Opens the node in a data directory.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="create">True to create the directory, database and key file if they are missing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Gets the progress of migrations in code.</param>
    /// <param name="leavesSteps">
    /// True if <see cref="Work.MigrationWork"/> runs the migrations in code of a database in use.
    /// </param>
    /// <exception cref="OperatorException">The node cannot be opened; the message says what to do.</exception>
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
                        + "--prefix PREFIX",
                    $"{directory.Path} 中没有数据库。建立：idnode init --data {options.Data} --prefix 前缀"
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
            var secrets = await SecretsAsync(options, store, settings.IsSqlServer, create);
            var dataKeys = await DataKeysAsync(options, store, secrets);
            return new OpenedNode(options, directory, store, dataKeys, time, telemetry);
        }
        catch
        {
            store?.Dispose();
            telemetry.Dispose();
            directory.GiveUp();
            throw;
        }
    }

    /// <summary>Says that the node could not be made: Dispose then removes what was made of it.</summary>
    public void GiveUp() => _isGivenUp = true;

    public void Dispose()
    {
        Store.Dispose();
        Telemetry.Dispose();
        if (_isGivenUp)
        {
            Directory.GiveUp();
        }
        else
        {
            Directory.Dispose();
        }
    }

    private static async Task<DataKeys> DataKeysAsync(NodeOptions options, NodeStore store, NodeSecrets secrets)
    {
        var dataKeys = new DataKeys(store.Settings, secrets, Reread);
        try
        {
            await dataKeys.LoadAsync(CancellationToken.None);
        }
        catch (StoreException)
        {
            // The store takes no writes now, or is away. The first secret looks again.
        }
        return dataKeys;

        KeyRing? Reread()
        {
            try
            {
                return KeyFile.LoadOrCreate(KeyFile.PathOf(options), create: false);
            }
            catch (Exception e) when (e is OperatorException or IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private static async Task<NodeSecrets> SecretsAsync(
        NodeOptions options,
        NodeStore store,
        bool isSqlServer,
        bool create
    )
    {
        if (await store.Settings.FindSettingAsync(StoreCopy.SourceMark, CancellationToken.None) is not null)
        {
            throw new OperatorException(
                "This database is a copy that is not finished. Run the same idnode copy again: it goes on where it "
                    + "stopped.",
                "该数据库是尚未完成的复制。请再次执行同一 idnode copy 命令，从中断处继续。"
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
                    + $"{options.Data} --prefix PREFIX",
                $"Store:SqlServer 的数据库中尚无节点。建立：idnode init --data {options.Data} --prefix 前缀"
            );
        }
        var secrets = new NodeSecrets(KeyFile.LoadOrCreate(KeyFile.PathOf(options), create: fingerprint is null));
        fingerprint ??= await store.Settings.GetOrAddAsync(NodeStore.KeyFingerprintSetting, secrets.Fingerprint);
        return fingerprint == secrets.Fingerprint
            ? secrets
            : throw new OperatorException(
                "The key file is not the one this database was made with. Put the right one in place "
                    + "(Secrets:KeyFile).",
                "密钥文件不是建立该数据库时所用的密钥文件，请放入正确的密钥文件（Secrets:KeyFile）。"
            );
    }
}
