using System.CommandLine;

namespace IdResolution.Server.CommandLine.Events;

/// <summary><c>analyse</c>: the verbs that look at what events say of many items.</summary>
internal static class AnalyseCommand
{
    public static Command Create() =>
        new(
            "analyse",
            """
            Looks at what events say of many items at once.

            Example:
              idnode analyse common --data ./data --bad stack:result=fail --good stack:result=pass
            """
        )
        {
            AnalyseCommonCommand.Create(),
        };
}
