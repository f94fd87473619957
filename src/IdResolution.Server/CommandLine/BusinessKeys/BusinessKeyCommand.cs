using System.CommandLine;

namespace IdResolution.Server.CommandLine.BusinessKeys;

/// <summary><c>business-key</c>: the verbs for the keys by which other systems know items.</summary>
internal static class BusinessKeyCommand
{
    public static Command Create() =>
        new(
            "business-key",
            """
            Adds and removes the keys by which other systems know an item, and lists those systems. An item has at most
            16 keys; a key belongs to one item of its source.

            Example:
              idnode business-key add 88.300.15907541011/MEA-0001 --data ./data --source wms --key LOT-7
            """
        )
        {
            BusinessKeyChangeCommand.CreateAdd(),
            BusinessKeyChangeCommand.CreateRemove(),
            BusinessKeySourcesCommand.Create(),
        };
}
