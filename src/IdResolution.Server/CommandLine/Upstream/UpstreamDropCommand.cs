using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream drop</c>: gives refused records up.</summary>
internal sealed class UpstreamDropCommand
{
    private readonly LetterChoice _letters = new();

    public static Command Create() => new UpstreamDropCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "drop",
            """
            Gives refused records up, without asking: what the secondary node has of them stays as it is until they
            change here. The records themselves stay. The audit log says so.

            Examples:
              idnode upstream drop --data ./data 1204
              idnode upstream drop --data ./data --all
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
        var dropped = await node.Get<UpstreamOperator>().DropAsync(sequences, Caller.CommandLine, cancellationToken);
        if (!dropped.TryGet(out var done, out var error))
        {
            return terminal.Refuse(error);
        }
        if (sequences?.Except(done.Unknown).Order().ToArray() is { Length: > 0 } named)
        {
            terminal.Say($"Dropped: {string.Join(", ", named)}.", $"已放弃：{string.Join("、", named)}。");
        }
        else
        {
            terminal.Say($"Dropped: {done.Done} letters.", $"已放弃 {done.Done} 条。");
        }
        return LetterChoice.End(done, terminal);
    }
}
