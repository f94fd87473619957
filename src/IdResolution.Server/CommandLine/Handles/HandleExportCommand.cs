using System.CommandLine;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary><c>handle export</c>: writes all handles as JSON lines.</summary>
internal sealed class HandleExportCommand
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The file to write; it is there only when it is whole. Default, or -: standard output.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _prefix = new("--prefix")
    {
        Description = "Only handles of this prefix and its record. Default: of all homed prefixes.",
        HelpName = "P",
    };

    private readonly Option<bool> _withSecrets = new("--with-secrets")
    {
        Description = "Write HS_SECKEY values too, in plain form. It is in the audit log, and only you can read FILE.",
    };

    private readonly Option<string> _publicUrl = new("--public-url")
    {
        Description =
            "The base of URL values of templated records. Default: as the node would answer (setting PublicUrl).",
        HelpName = "URL",
    };

    public static Command Create() => new HandleExportCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "export",
            """
            Writes all active handles with all their values, while a node serves or not: a JSON line each, as idnode
            handle import reads them; prefix records first, each part in the order of its keys. Records that were made
            by a template are written with the values that Handle clients see; imported elsewhere they have those
            values, and no template. HS_SECKEY values are left out unless asked for.

            Examples:
              idnode handle export handles.jsonl --data ./data
              idnode handle export --data ./data --prefix 88.300.1 | gzip > handles.jsonl.gz
            """
        )
        {
            _file,
            Settings.Data,
            _prefix,
            _withSecrets,
            _publicUrl,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var path = parsed.GetValue(_file) is "-" ? null : parsed.GetValue(_file);
        var secrets = parsed.GetValue(_withSecrets);
        using var node = await Settings.OpenNodeAsync(parsed, given: [new("PublicUrl", parsed.GetValue(_publicUrl))]);
        var only = parsed.GetValue(_prefix) is { } text ? FindPrefix(node, text) : null;
        var exporter = new HandleExporter(node, only, secrets);
        var estimate = await exporter.EstimateAsync(cancellationToken);
        await LongOutput.WriteAsync(
            node,
            secrets ? "handle.export-secrets" : "handle export",
            only?.Text ?? "all prefixes",
            terminal,
            path,
            new("handles", "个标识"),
            async (writer, progress) =>
            {
                await exporter.RunAsync(writer, estimate, progress, cancellationToken);
                return true;
            }
        );
        SayDone(terminal, exporter.Count, path);
        WriteRemarks(terminal, exporter, node.Get<NodeOptions>().PublicUrl);
        return ExitCode.Done;
    }

    private static void SayDone(Terminal terminal, long count, string? path)
    {
        var (to, toZh) = path is null ? ("", "") : ($" to {path}", $"到 {path}");
        terminal.Explain($"exported {count} handles{to}", $"已导出 {count} 个标识{toZh}");
    }

    /// <summary>Tells the operator what is missing in the file, or differs from the stored records.</summary>
    private static void WriteRemarks(Terminal terminal, HandleExporter exporter, string? publicUrl)
    {
        if (exporter.SecretsLeftOut > 0)
        {
            terminal.Explain(
                $"{exporter.SecretsLeftOut} HS_SECKEY values are left out; --with-secrets writes them.",
                $"未导出 {exporter.SecretsLeftOut} 个 HS_SECKEY 值；--with-secrets 可导出。"
            );
        }
        if (exporter.Templated > 0)
        {
            var (urls, urlsZh) = publicUrl is { } url
                ? ($", with URLs under {url}", $"，URL 以 {url} 为基地址")
                : ("; for the URLs that clients see name --public-url", "；如需客户端所见的 URL，请给出 --public-url");
            terminal.Explain(
                $"{exporter.Templated} of them are rendered from templates{urls}.",
                $"其中 {exporter.Templated} 个按模板生成值{urlsZh}。"
            );
        }
        foreach (var rendered in exporter.WithoutRecord)
        {
            terminal.Explain(
                $"{rendered} has no record of its own, what {Identifier.PrefixRecords}/{rendered} answers "
                    + $"is rendered: another node homes it by --prefix {rendered}.",
                $"{rendered} 没有自己的前缀记录，{Identifier.PrefixRecords}/{rendered} 的应答是生成的：其他节点请用 --prefix {rendered} "
                    + "使其归属。"
            );
        }
    }

    private static Prefix FindPrefix(NodeContainer node, string text) =>
        node.Get<CatalogHolder>()
            .Current.Prefixes.FirstOrDefault(p => p.Text.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw new OperatorException(
            $"--prefix: {text} is not homed on this node. "
                + $"There are: {string.Join(", ", node.Get<CatalogHolder>().Current.Prefixes)}.",
            $"--prefix：前缀 {text} 不归属本节点。归属前缀：{string.Join("、", node.Get<CatalogHolder>().Current.Prefixes)}。"
        );
}
