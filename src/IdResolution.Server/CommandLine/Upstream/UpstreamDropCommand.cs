using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream drop</c>: gives refused records up.</summary>
internal static class UpstreamDropCommand
{
    public static Command Create() =>
        new LetterVerb(
            static (letters, sequences, cancelled) => letters.DropAsync(sequences, Caller.CommandLine, cancelled),
            Say
        ).Create(
            "drop",
            """
            Gives refused records up, without asking: what the secondary node has of them stays as it is until they
            change here. The records themselves stay. The audit log says so.

            Examples:
              idnode upstream drop --data ./data 1204
              idnode upstream drop --data ./data --all
            """
        );

    private static void Say(Terminal terminal, LettersDone done, IReadOnlyList<long>? sequences)
    {
        if (sequences?.Except(done.Unknown).Order().ToArray() is { Length: > 0 } named)
        {
            terminal.Say($"Dropped: {string.Join(", ", named)}.", $"已放弃：{string.Join("、", named)}。");
        }
        else
        {
            terminal.Say($"Dropped: {done.Done} letters.", $"已放弃 {done.Done} 条。");
        }
    }
}
