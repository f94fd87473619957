using System.CommandLine;
using IdResolution.Core.Access;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream retry</c>: has refused records sent again.</summary>
internal static class UpstreamRetryCommand
{
    public static Command Create() =>
        new LetterVerb(
            static (letters, sequences, cancelled) => letters.RetryAsync(sequences, Caller.CommandLine, cancelled),
            static (terminal, done, _) => terminal.Say($"Sent again: {done.Done}.", $"将重新发送 {done.Done} 条。")
        ).Create(
            "retry",
            """
            Has refused records sent again, as they are now: by a node that serves, within seconds. Mend the cause at
            the secondary node first, such as a missing prefix. Where the record itself is at fault, change it instead:
            then it goes up by itself.

            Examples:
              idnode upstream retry --data ./data 1204 1377
              idnode upstream retry --data ./data --all
            """
        );
}
