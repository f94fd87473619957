using System.CommandLine;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.KeyFiles;

/// <summary><c>key-file prune</c>: removes keys that nothing in the database is encrypted with.</summary>
internal static class KeyFilePruneCommand
{
    public static Command Create()
    {
        var command = new Command(
            "prune",
            """
            Removes old keys that wrap no data key of the database from the key file. Run it on every node, or copy the
            file. Keep the file as it was with the backups that need it.

            Example:
              idnode key-file prune --data ./data
            """
        )
        {
            Settings.Data,
        };
        return command.Doing(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var uses = node.Get<DataKeys>().Uses;
        var ring = node.Get<NodeSecrets>().Ring;
        // The last key may wait for a rotation.
        var unused = ring.Ids.SkipLast(1).Where(id => !uses.ContainsKey(id)).ToList();
        if (unused.Count == 0)
        {
            terminal.Say("Every key of the key file is in use.", "密钥文件中的密钥均在使用。");
            return ExitCode.Done;
        }
        KeyFile.Replace(KeyFile.PathOf(node.Get<NodeOptions>()), ring.Only([.. ring.Ids.Except(unused)]));
        await node.NoteAsync("key-file.prune", string.Join(' ', unused));
        terminal.Say($"Removed: {string.Join(", ", unused)}.", $"已删除：{string.Join("、", unused)}。");
        return ExitCode.Done;
    }
}
