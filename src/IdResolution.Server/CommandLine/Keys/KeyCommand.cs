using System.CommandLine;

namespace IdResolution.Server.CommandLine.Keys;

/// <summary><c>key</c>: the verbs for API keys. They work while a node serves and while none does.</summary>
internal static class KeyCommand
{
    public static Command Create() =>
        new(
            "key",
            """
            Makes, lists and revokes API keys. A node that serves on the same directory takes notice within a second.

            Example:
              idnode key create --data ./data --role registrar --name mes
            """
        )
        {
            KeyCreateCommand.Create(),
            KeyListCommand.Create(),
            KeyRevokeCommand.Create(),
        };
}
