using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>grant end</c>: ends a grant for good.</summary>
internal sealed class GrantEndCommand
{
    private readonly Argument<string> _id = new("ID")
    {
        Description = "The grant's id, as idnode grant list shows it.",
    };

    public static Command Create() => new GrantEndCommand().Build();

    private Command Build() =>
        new Command(
            "end",
            """
            Ends a grant for good. It stays in the list; ending it again changes nothing.

            Example:
              idnode grant end g3f9a1c07d2e4 --data ./data
            """
        )
        {
            Settings.Data,
            _id,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var ended = await node.Get<GrantEditor>()
            .EndAsync(parsed.GetRequiredValue(_id), Caller.CommandLine, cancellationToken);
        if (!ended.TryGet(out var grant, out var error))
        {
            return terminal.Refuse(error);
        }
        var at = (grant.EndedAt ?? grant.Until)!.Value.UtcDateTime;
        terminal.Say(
            $"Grant {grant.Id} is over since {at:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
            $"授权 {grant.Id} 已结束，结束时间 {at:yyyy-MM-dd'T'HH:mm:ss'Z'}。"
        );
        return ExitCode.Done;
    }
}
