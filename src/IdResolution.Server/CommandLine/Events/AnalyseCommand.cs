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

            Examples:
              idnode analyse common --data ./data --bad stack:result=fail --good stack:result=pass
              idnode analyse rollup --data ./data 88.300.15907541011/STACK-1 --function sum --attribute energyUsed
            """
        )
        {
            AnalyseCommonCommand.Create(),
            AnalyseRollupCommand.Create(),
        };
}
