using System.CommandLine;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.KeyFiles;

/// <summary><c>key-file add</c>: makes the key that the next rotation uses.</summary>
internal static class KeyFileAddCommand
{
    public static Command Create()
    {
        var command = new Command(
            "add",
            """
            Adds a new key to the key file, to be copied to the other nodes before idnode key-file rotate uses it. A key
            that waits already is kept.

            Example:
              idnode key-file add --data ./data
            """
        )
        {
            Settings.Data,
        };
        return command.Doing(
            async (parsed, terminal, cancellationToken) =>
            {
                using var node = await Settings.OpenNodeAsync(parsed);
                var file = KeyFile.PathOf(node.Get<NodeOptions>());
                var id = Waiting(node) ?? await AddAsync(node, cancellationToken);
                terminal.Say(
                    $"Key {id} waits in {file}. Copy the file to every node of the store, then: idnode key-file rotate",
                    $"密钥 {id} 已在 {file} 中等待使用。请将该文件复制到同一存储的每个节点，然后执行：idnode key-file rotate"
                );
                return ExitCode.Done;
            }
        );
    }

    /// <summary>The key of the file that no data key is wrapped with yet; null if there is none.</summary>
    public static string? Waiting(NodeContainer node) =>
        node.Get<NodeSecrets>().Ring.Ids[^1] is var last && !node.Get<DataKeys>().Uses.ContainsKey(last) ? last : null;

    /// <summary>Adds a key to the file, and gives its id.</summary>
    public static async Task<string> AddAsync(NodeContainer node, CancellationToken cancellationToken)
    {
        var ring = node.Get<NodeSecrets>().Ring.WithNewKey();
        KeyFile.Replace(KeyFile.PathOf(node.Get<NodeOptions>()), ring);
        node.Get<DataKeys>().Reread();
        await node.NoteAsync("key-file.add", ring.Ids[^1]);
        return ring.Ids[^1];
    }
}
