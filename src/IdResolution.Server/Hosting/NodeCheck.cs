using System.Data.Common;
using System.Text.Json;
using IdResolution.Core.Catalog;
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
    private readonly List<string> _faults = [];
    private readonly List<string> _found = [];

    /// <summary>What keeps the node from starting; empty if nothing does.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>What was read, a line each.</summary>
    public IReadOnlyList<string> Found => _found;

    /// <summary>Reads everything, whatever is wrong with some of it.</summary>
    public void Run()
    {
        _faults.AddRange(ServerCertificates.Faults(configuration));
        var store = ReadStore();
        ReadKeyFile(store);
        ReadCatalog(store);
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
                    null => $"store: there is none in {name} yet; the first start makes it",
                    { IsMigrated: false } =>
                        $"store: {name} has schema version {store.Version}; a start brings it to this node's",
                    _ => $"store: {name}, schema version {store.Version}",
                }
            );
            return store;
        }
        catch (Exception e)
            when (e is DbException or DatabaseUnusableException or IOException or UnauthorizedAccessException)
        {
            _faults.Add($"{name}: {e.Message}");
            return null;
        }
    }

    private void ReadKeyFile(StoreCheck? store)
    {
        var file = KeyFile.PathOf(options);
        if (!File.Exists(file) && store?.KeyFingerprint is null)
        {
            _found.Add($"key file: {file} is not there yet; the first start makes it");
            return;
        }
        try
        {
            var secrets = KeyFile.LoadOrCreate(file, create: false);
            if (store?.KeyFingerprint is { } fingerprint && fingerprint != secrets.Fingerprint)
            {
                _faults.Add($"Secrets:KeyFile: {file} is not the key file that the database was made with.");
            }
            _found.Add($"key file: {file}");
        }
        catch (Exception e) when (e is OperatorException or IOException or UnauthorizedAccessException)
        {
            _faults.Add($"Secrets:KeyFile: {e.Message}");
        }
    }

    private void ReadCatalog(StoreCheck? store)
    {
        try
        {
            var catalog = NodeCatalog.Build(store?.Documents ?? [], 0, null, TimeProvider.System);
            var templates = catalog.TemplateCodes.Count;
            if (templates == 0)
            {
                templates = FirstStart.FuelCellPack().Templates.Count;
            }
            _found.Add($"templates: {templates}");
            if (catalog.Prefixes.Count == 0 && options.Prefixes.Count == 0 && store is not { IsMigrated: false })
            {
                _faults.Add("Prefixes (--prefix): no prefix is homed yet; name the company's.");
            }
        }
        catch (JsonException e)
        {
            _faults.Add($"The templates in the store cannot be read: {e.Message} Run: idnode doctor");
        }
    }
}
