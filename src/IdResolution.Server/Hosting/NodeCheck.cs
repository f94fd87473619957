using System.Data.Common;
using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Reads what a node needs to start: settings, certificates, key file, store, templates. It listens on no port, and
/// makes and changes nothing.
/// </summary>
internal sealed class NodeCheck(NodeOptions options, IConfiguration configuration)
{
    private readonly List<Text> _faults = [];
    private readonly List<Text> _found = [];
    private readonly List<Text> _warnings = [];

    /// <summary>What keeps the node from starting; empty if nothing does.</summary>
    public IReadOnlyList<Text> Faults => _faults;

    /// <summary>What keeps no node from starting, and is hardly meant so.</summary>
    public IReadOnlyList<Text> Warnings => _warnings;

    /// <summary>What was read, a line each.</summary>
    public IReadOnlyList<Text> Found => _found;

    /// <summary>Reads everything, whatever is wrong with some of it.</summary>
    public void Run()
    {
        _faults.AddRange(ServerCertificates.Faults(configuration));
        var store = ReadStore();
        ReadKeyFile(store);
        ReadUpstream(ReadCatalog(store));
    }

    private StoreCheck? ReadStore()
    {
        var settings = DataDirectory.StoreIn(options);
        var name = settings.IsSqlServer ? "Store:SqlServer" : settings.File;
        try
        {
            var store = StoreCheck.Read(settings);
            _found.Add(
                store switch
                {
                    null => new(
                        $"store: there is none in {name} yet; the first start makes it",
                        $"存储：{name} 尚不存在，首次启动时建立"
                    ),
                    { IsMigrated: false } => new(
                        $"store: {name} has schema version {store.Version}; a start brings it to this node's",
                        $"存储：{name}，结构版本 {store.Version}，启动时迁移到本节点的版本"
                    ),
                    _ => new(
                        $"store: {name}, schema version {store.Version}",
                        $"存储：{name}，结构版本 {store.Version}"
                    ),
                }
            );
            return store;
        }
        catch (Exception e)
            when (e is DbException or DatabaseUnusableException or IOException or UnauthorizedAccessException)
        {
            _faults.Add(Fault(name, e));
            return null;
        }
    }

    private void ReadKeyFile(StoreCheck? store)
    {
        var file = KeyFile.PathOf(options);
        if (!File.Exists(file) && store?.KeyFingerprint is null)
        {
            _found.Add(
                new(
                    $"key file: {file} is not there yet; the first start makes it",
                    $"密钥文件：{file} 尚不存在，首次启动时建立"
                )
            );
            return;
        }
        try
        {
            var secrets = KeyFile.LoadOrCreate(file, create: false);
            if (store?.KeyFingerprint is { } fingerprint && fingerprint != secrets.Fingerprint)
            {
                _faults.Add(
                    new(
                        $"Secrets:KeyFile: {file} is not the key file that the database was made with.",
                        $"Secrets:KeyFile：{file} 不是建立该数据库时所用的密钥文件。"
                    )
                );
            }
            _found.Add(new($"key file: {file}", $"密钥文件：{file}"));
        }
        catch (Exception e) when (e is OperatorException or IOException or UnauthorizedAccessException)
        {
            _faults.Add(Fault("Secrets:KeyFile", e));
        }
    }

    private NodeCatalog? ReadCatalog(StoreCheck? store)
    {
        try
        {
            var catalog = NodeCatalog.Build(store?.Documents ?? [], 0, null, TimeProvider.System);
            var templates = catalog.TemplateCodes.Count;
            if (templates == 0)
            {
                templates = FuelCellPack.Newest().Templates.Count;
            }
            _found.Add(new($"templates: {templates}", $"模板：{templates} 个"));
            if (catalog.Prefixes.Count == 0 && options.Prefixes.Count == 0 && store is not { IsMigrated: false })
            {
                _faults.Add(
                    new(
                        "Prefixes (--prefix): no prefix is homed yet; name the company's.",
                        "Prefixes（--prefix）：尚无归属前缀，请给出企业的前缀。"
                    )
                );
            }
            return catalog;
        }
        catch (JsonException e)
        {
            _faults.Add(
                new(
                    $"The templates in the store cannot be read: {e.Message} Run: idnode doctor",
                    $"存储中的模板无法读取：{e.Message} 请执行：idnode doctor"
                )
            );
            return null;
        }
    }

    private void ReadUpstream(NodeCatalog? catalog)
    {
        // Whether the file is there was looked at with the settings.
        if (!options.Upstream.IsUsed || !File.Exists(options.Upstream.SecretFile))
        {
            return;
        }
        var (url, user) = (options.Upstream.Url, options.Upstream.User);
        _found.Add(new($"upstream: {url}, user {user}", $"二级节点：{url}，用户 {user}"));
        if (catalog is { TemplateCodes.Count: > 0 })
        {
            _warnings.AddRange(UpstreamWarnings.Unknown(options, catalog));
        }
        try
        {
            if (File.ReadAllText(options.Upstream.SecretFile).Trim().Length == 0)
            {
                _faults.Add(
                    new(
                        $"Upstream:SecretFile: {options.Upstream.SecretFile} is empty.",
                        $"Upstream:SecretFile：{options.Upstream.SecretFile} 为空。"
                    )
                );
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _faults.Add(Fault("Upstream:SecretFile", e));
        }
    }

    private static Text Fault(string what, Exception e)
    {
        var why = e is ExplainedException explained ? explained.Text : Text.Foreign(e.Message);
        return new($"{what}: {why.En}", $"{what}：{why.Zh}");
    }
}
