using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Templates;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Benchmarks.Data;

/// <summary>Nodes as the benchmarks need them.</summary>
internal static class BenchNode
{
    /// <param name="data">The data directory.</param>
    /// <param name="cacheBytes">The size of L1.</param>
    /// <param name="database">A database on the server given, or null for the embedded store.</param>
    public static NodeOptions Options(string data, long cacheBytes = 0, string? database = null) =>
        new()
        {
            Data = data,
            Prefixes = [Item.Prefix],
            Http = "127.0.0.1:0",
            Grpc = "127.0.0.1:0",
            Handle = "127.0.0.1:0",
            Cache = new CacheOptions { Bytes = cacheBytes },
            Store = new StoreOptions { SqlServer = database is null ? "" : GivenServer.ConnectionString(database) },
        };

    /// <summary>Opens a node, made and initialised where missing.</summary>
    public static Task<NodeContainer> OpenAsync(
        string data,
        CancellationToken cancellationToken,
        string? database = null
    ) => OpenAsync(Options(data, database: database), cancellationToken);

    /// <summary>The same by settings.</summary>
    public static async Task<NodeContainer> OpenAsync(NodeOptions options, CancellationToken cancellationToken)
    {
        var node = await NodeContainer.OpenAsync(options, create: true, TimeProvider.System);
        await node.Get<FirstStart>().InitializeAsync(cancellationToken);
        return node;
    }

    /// <summary>
    /// A key tied to a partner with as many grants, of which the last shows all of the benchmarks' items. Made once for
    /// each data directory.
    /// </summary>
    public static async Task<string> PartnerKeyAsync(string data, int grants, CancellationToken cancellationToken)
    {
        var file = Path.Combine(data, $"bench-partner-{grants}.key");
        if (!File.Exists(file))
        {
            using var node = await OpenAsync(data, cancellationToken);
            var made = await node.Get<KeyIssuer>()
                .CreateAsync(new NewKey(Role.Partner, "benchmarks"), Caller.Node, cancellationToken);
            var (key, text) = made.Value;
            var editor = node.Get<DocumentEditor>();
            await editor.EditAsync<bool>(
                Caller.CommandLine,
                "bench.partner",
                "bench",
                current => (Documents(editor, current, key, grants), true),
                cancellationToken
            );
            await File.WriteAllTextAsync(file, text, cancellationToken);
        }
        return await File.ReadAllTextAsync(file, cancellationToken);
    }

    private static DocumentWrite[] Documents(DocumentEditor editor, NodeCatalog current, ApiKey key, int grants)
    {
        var (partner, json) = (new Partner { Code = $"bench-{grants}" }, CatalogJson.Default);
        var tied = key with { Partner = partner.Code };
        var caller = Caller.CommandLine;
        return
        [
            editor.Write(current, LogKind.Configuration, partner.DocumentCode, partner, json.Partner, caller),
            editor.Write(current, LogKind.Key, key.Id, tied, json.ApiKey, caller),
            .. Enumerable
                .Range(0, grants)
                .Select(i => new Grant
                {
                    Id = $"g{0xBE0000 + i:x12}",
                    Partner = partner.Code,
                    Templates = [i == grants - 1 ? Item.Template : $"{Item.Template}-{i}"],
                    Fields = new GrantFields { Visibility = Visibility.Private },
                    Purpose = "benchmarks",
                    CreatedAt = DateTimeOffset.UnixEpoch,
                })
                .Select(grant => editor.Write(current, LogKind.Grant, grant.Id, grant, json.Grant, caller)),
        ];
    }

    /// <summary>A key of a role, made once for each data directory and kept beside the database.</summary>
    public static async Task<string> KeyAsync(
        string data,
        Role role,
        CancellationToken cancellationToken,
        string? database = null
    )
    {
        var file = Path.Combine(data, $"bench-{role.ToString().ToLowerInvariant()}.key");
        if (!File.Exists(file))
        {
            using var node = await OpenAsync(data, cancellationToken, database);
            var made = await node.Get<KeyIssuer>()
                .CreateAsync(new NewKey(role, "benchmarks"), Caller.Node, cancellationToken);
            await File.WriteAllTextAsync(file, made.Value.Text, cancellationToken);
        }
        return await File.ReadAllTextAsync(file, cancellationToken);
    }
}
