using System.CommandLine;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.KeyFiles;

/// <summary><c>key-file list</c>: shows the keys of the key file and what they are used for, never the keys.</summary>
internal static class KeyFileListCommand
{
    public static Command Create()
    {
        var command = new Command(
            "list",
            """
            Lists the keys of the key file, the oldest first, and how many data keys in the database each one wraps.
            Secrets are encrypted with data keys.

            Example:
              idnode key-file list --data ./data
            """
        )
        {
            Settings.Data,
        };
        return command.Doing(
            async (parsed, terminal, _) =>
            {
                using var node = await Settings.OpenNodeAsync(parsed);
                var uses = node.Get<DataKeys>().Uses;
                var inFile = node.Get<NodeSecrets>().Ring.Ids;
                var table = new TextTable("KEY", "IN FILE", "DATA KEYS");
                foreach (var id in inFile.Union(uses.Keys))
                {
                    table.Add(id, inFile.Contains(id) ? "yes" : "no", $"{uses.GetValueOrDefault(id)}");
                }
                terminal.Out.WriteLine(table.ToString());
                return ExitCode.Done;
            }
        );
    }
}
