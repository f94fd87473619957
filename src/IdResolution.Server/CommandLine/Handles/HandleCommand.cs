using System.CommandLine;

namespace IdResolution.Server.CommandLine.Handles;

/// <summary><c>handle</c>: the verbs of the Handle protocol, and the site data of this node.</summary>
internal static class HandleCommand
{
    public static Command Create() =>
        new(
            "handle",
            """
            Works with the Handle protocol: asks any Handle server and shows each step of a resolution, loads and writes
            handles by the file, and says what the registrar upstream needs to know of this node.

            Examples:
              idnode handle resolve 88.300.15907541011/PEM-260301-00001K --server 127.0.0.1:2641
              idnode handle import handles.jsonl --data ./data
            """
        )
        {
            HandleResolveCommand.Create(),
            HandleTraceCommand.Create(),
            HandleImportCommand.Create(),
            HandleExportCommand.Create(),
            HandleSiteCommand.Create(),
        };
}
