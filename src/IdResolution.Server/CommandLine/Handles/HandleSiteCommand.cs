using System.CommandLine;
using System.Net;
using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary><c>handle site</c>: writes what the registrar upstream needs to know of this site.</summary>
internal sealed class HandleSiteCommand
{
    private const string SiteFile = "siteinfo.json";
    private const string PemFile = "pubkey.pem";
    private const string DataFile = "pubkey.base64";

    private readonly Option<string> _folder = new("--out")
    {
        Description = "Where the files go; made where missing. Default: the current directory.",
        HelpName = "DIR2",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<string> _http = new("--http")
    {
        Description = "As serve is told. Default: setting Http.",
        HelpName = "ADDR:PORT",
    };

    private readonly Option<string> _handle = new("--handle")
    {
        Description = "As serve is told. Default: setting Handle.",
        HelpName = "ADDR:PORT",
    };

    public static Command Create() => new HandleSiteCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "site",
            $"""
            Writes what the operator of the secondary node needs to register the company's prefixes: the site record
            ({SiteFile}) and the site's public key ({PemFile}, and as data of an HS_PUBKEY value {DataFile}). The key
            pair is made with the first start, or here; its private half stays in the database. Address, description and
            serial number are the settings Site:Address, Site:Description and Site:Serial: raise the serial number
            whenever the site changes, and send the files again.

            Example:
              IDR__Site__Address=203.0.113.10 idnode handle site --data ./data --out ./site
            """
        )
        {
            Settings.Data,
            _folder,
            _handle,
            _http,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(
            parsed,
            given: [new("Http", parsed.GetValue(_http)), new("Handle", parsed.GetValue(_handle))]
        );
        RequireFixedPorts(node.Get<NodeOptions>());
        var site = new HandleSite(node.Get<NodeOptions>(), node.Get<StoredSecrets>());
        await site.LoadAsync(cancellationToken);
        using var pair = site.KeyPair;
        var folder = Directory.CreateDirectory(parsed.GetRequiredValue(_folder)).FullName;
        WriteFiles(folder, site.Record, pair);
        terminal.Out.WriteLine(Letter(folder, site.Record, node.Get<CatalogHolder>().Current.Prefixes));
        WarnIfNotPublic(terminal, site.Record.Servers[0].Address);
        return ExitCode.Done;
    }

    private static void RequireFixedPorts(NodeOptions options)
    {
        foreach (var (name, setting) in new[] { ("Handle", options.Handle), ("Http", options.Http) })
        {
            if (NodeOptions.TryEndPoint(setting, out var endPoint) && endPoint.Port == 0)
            {
                throw new OperatorException(
                    $"{name}: {setting} picks another port with every start; a site needs one that stays. "
                        + $"Name it: --{name.ToLowerInvariant()} ADDR:PORT",
                    $"{name}：{setting} 每次启动端口不同，站点需要固定端口。请给出：--{name.ToLowerInvariant()} 地址:端口"
                );
            }
        }
    }

    private static void WriteFiles(string folder, SiteRecord site, KeyPair pair)
    {
        Write(SiteFile, IndentedJson.Write(json => SiteRecordJson.Write(json, site)));
        // The node makes RSA keys.
        Write(PemFile, ((RsaPublicKey)pair.PublicKey).ToPem());
        Write(DataFile, Convert.ToBase64String(pair.PublicKey.ToData()));

        void Write(string name, string text) =>
            VerbFile.Replace(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text + '\n'));
    }

    private static void WarnIfNotPublic(Terminal terminal, IPAddress address)
    {
        if (AddressFilter.PublicOnly.Allows(address))
        {
            return;
        }
        terminal.Explain(
            $"Warning: nobody outside reaches {address}. Set Site:Address (IDR__Site__Address) to the "
                + "address at which others reach this node, then write the files again.",
            $"警告：外部无法访问 {address}。请将 Site:Address（IDR__Site__Address）设为外部可访问的地址后重新生成文件。"
        );
    }

    private static string Letter(string folder, SiteRecord site, IReadOnlyList<Prefix> prefixes)
    {
        var server = site.Servers[0];
        var ports = string.Join(
            ", ",
            server.Interfaces.Select(i => $"{i.Transport.ToString().ToUpperInvariant()} {i.Port}")
        );
        var description = string.Join(' ', site.Attributes.Select(a => a.Value));
        return $"""
            Send these files and data to the operator of the secondary node, which enters them at the prefix:
              {Path.Combine(folder, SiteFile)}
              {Path.Combine(folder, PemFile)}
              {Path.Combine(folder, DataFile)}
              prefix: {string.Join(", ", prefixes)}
              address: {server.Address}
              ports: {ports}
              serial number: {site.Serial}
              description: {description}

            请将上述文件和以下信息提交给二级节点运营方，由其配置到相应前缀下：
              前缀：{string.Join("、", prefixes)}
              地址：{server.Address}
              端口：{ports}
              序列号：{site.Serial}
              说明：{description}
            """;
    }
}
