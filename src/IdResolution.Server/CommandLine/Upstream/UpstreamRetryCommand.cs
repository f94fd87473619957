using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream retry</c>: has refused records sent again.</summary>
internal sealed class UpstreamRetryCommand
{
    private readonly LetterChoice _letters = new();

    public static Command Create() => new UpstreamRetryCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "retry",
            """
            Has refused records sent again, as they are now: by a node that serves, within seconds. Mend the cause at
            the secondary node first, such as a missing prefix. Where the record itself is at fault, change it instead:
            then it goes up by itself.

            Examples:
              idnode upstream retry --data ./data 1204 1377
              idnode upstream retry --data ./data --all
            """
        )
        {
            Settings.Data,
            _letters.Sequences,
            _letters.All,
        };
        return command.WithUpstream().Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var sequences = _letters.Read(parsed);
        using var node = await UpstreamSettings.OpenNodeAsync(parsed);
        var retried = await node.Get<UpstreamOperator>().RetryAsync(sequences, Caller.CommandLine, cancellationToken);
        if (!retried.TryGet(out var done, out var error))
        {
            return terminal.Refuse(error);
        }
        terminal.Say($"Sent again: {done.Done}.", $"将重新发送 {done.Done} 条。");
        return LetterChoice.End(done, terminal);
    }
}
