using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Serving;

/// <summary><c>init</c>: makes a data directory ready without serving.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var command = new Command(
            "init",
            """
            Makes directory, database, key file, the fuel-cell templates and an admin key, without serving. Running it
            again changes nothing; further prefixes can be homed so at any time.

            Example:
              idnode init --data ./data --prefix 88.300.15907541011
            """
        )
        {
            Settings.Data,
            Settings.Prefix,
        };
        return command.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                using var node = await Settings.OpenNodeAsync(parsed, create: true, Settings.PrefixesOf(parsed));
                var before = node.Get<CatalogHolder>().Current.Prefixes;
                var key = await InitializeAsync(node, cancellationToken);
                var homed = node.Get<CatalogHolder>().Current.Prefixes.Except(before).ToList();
                if (key is not null || homed.Count > 0)
                {
                    await node.NoteAsync("init", string.Join(' ', homed));
                }
                Say(node, key, homed, terminal);
                return ExitCode.Done;
            }
        );
    }

    private static void Say(NodeContainer node, (ApiKey Key, string Text)? key, List<Prefix> homed, Terminal terminal)
    {
        if (key is { } made)
        {
            var prefixes = node.Get<CatalogHolder>().Current.Prefixes;
            terminal.Say(
                $"The node in {node.Get<DataDirectory>().Path} is ready for {string.Join(", ", prefixes)}.",
                $"{node.Get<DataDirectory>().Path} 中的节点已就绪，归属前缀：{string.Join("、", prefixes)}。"
            );
            terminal.Say(
                $"This is its admin key. It ends on {made.Key.ExpiresAt:yyyy-MM-dd}. It is shown only once and "
                    + "kept nowhere: write it down.",
                $"这是管理员密钥，{made.Key.ExpiresAt:yyyy-MM-dd} 到期，仅显示这一次，不在任何地方保存，请妥善记录。"
            );
            terminal.Out.WriteLine(made.Text);
        }
        else if (homed.Count > 0)
        {
            terminal.Say(
                $"Homed from now on: {string.Join(", ", homed)}.",
                $"新增归属前缀：{string.Join("、", homed)}。"
            );
        }
        else
        {
            var create = $"idnode key create --data {node.Get<NodeOptions>().Data} --role admin";
            terminal.Say(
                $"The node in {node.Get<DataDirectory>().Path} is ready already; nothing to do. "
                    + $"A new key: {create}",
                $"{node.Get<DataDirectory>().Path} 中的节点早已就绪，无须操作。创建新密钥：{create}"
            );
        }
    }

    private static async Task<(ApiKey Key, string Text)?> InitializeAsync(
        NodeContainer node,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await node.Get<FirstStart>().InitializeAsync(cancellationToken);
        }
        catch
        {
            node.GiveUp();
            throw;
        }
    }
}
