using System.CommandLine;

namespace IdResolution.Server.CommandLine.KeyFiles;

/// <summary><c>key-file</c>: the verbs for the keys that secrets are encrypted with.</summary>
internal static class KeyFileCommand
{
    public static Command Create() =>
        new(
            "key-file",
            """
            Rotates the keys of the key file, with which secrets in the database are encrypted, while nodes serve. Run
            these verbs as the user of the node: the file is its owner's alone.

            Example:
              idnode key-file rotate --data ./data
            """
        )
        {
            KeyFileListCommand.Create(),
            KeyFileAddCommand.Create(),
            KeyFileRotateCommand.Create(),
            KeyFilePruneCommand.Create(),
        };
}
