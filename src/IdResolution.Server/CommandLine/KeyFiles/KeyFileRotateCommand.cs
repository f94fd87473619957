using System.CommandLine;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.KeyFiles;

/// <summary><c>key-file rotate</c>: wraps all data keys with a new key, and begins a new data key.</summary>
internal sealed class KeyFileRotateCommand
{
    private readonly Option<bool> _onlyNode = new("--only-node")
    {
        Description = "No other node uses the SQL Server database, so the new key need not be copied first.",
    };

    public static Command Create() => new KeyFileRotateCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "rotate",
            """
            Wraps all data keys with the key that waits in the key file, or with a new one, and makes a data key for new
            secrets. Nodes take notice within ten seconds. Broken off, it goes on when it is run again. Where several
            nodes have a key file each, run idnode key-file add first and copy the file.

            Example:
              idnode key-file rotate --data ./data
            """
        )
        {
            Settings.Data,
            _onlyNode,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var keys = node.Get<DataKeys>();
        var ring = node.Get<NodeSecrets>().Ring;
        // More than one in use: a rotation was broken off.
        if (KeyFileAddCommand.Waiting(node) is null && keys.Uses.Count == 1)
        {
            if (node.Get<NodeOptions>().Store.SqlServer.Length > 0 && !parsed.GetValue(_onlyNode))
            {
                throw new OperatorException(
                    "No key waits in the key file. Other nodes would lack a new one: run idnode key-file add, copy the "
                        + "file to every node, and rotate then. If this is the only node: --only-node",
                    "密钥文件中没有等待使用的密钥。其他节点将缺少新密钥：请先执行 idnode key-file add，"
                        + "将文件复制到每个节点后再轮换。如果这是唯一的节点：--only-node"
                );
            }
            await KeyFileAddCommand.AddAsync(node, cancellationToken);
            ring = node.Get<NodeSecrets>().Ring;
        }
        await keys.RotateAsync(cancellationToken);
        await node.Get<StoredSecrets>().RenewAsync(HandleSite.KeySetting, cancellationToken);
        await node.NoteAsync("key-file.rotate", ring.Ids[^1]);
        var count = keys.Uses[ring.Ids[^1]];
        terminal.Say(
            $"{count} data keys are wrapped with key {ring.Ids[^1]}. Backups made before need the key file as it was. "
                + "Once they are not needed: idnode key-file prune",
            $"{count} 个数据密钥已由密钥 {ring.Ids[^1]} 加密。此前的备份需要原来的密钥文件。不再需要时执行：idnode key-file prune"
        );
        return ExitCode.Done;
    }
}
