using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Keys;

/// <summary><c>key revoke</c>: ends a key for good.</summary>
internal sealed class KeyRevokeCommand
{
    private readonly Argument<string> _id = new("ID")
    {
        Description = "The key's id, as idnode key list shows it; not the key itself.",
    };

    public static Command Create() => new KeyRevokeCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "revoke",
            """
            Revokes a key for good: a node that serves refuses it within a second.

            Example:
              idnode key revoke --data ./data k3f9a1c07d2e4
            """
        )
        {
            Settings.Data,
            _id,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await Settings.OpenNodeAsync(parsed);
        var revoked = await node.Get<KeyIssuer>()
            .RevokeAsync(parsed.GetRequiredValue(_id), Caller.CommandLine, cancellationToken);
        if (!revoked.TryGet(out var key, out var error))
        {
            return terminal.Refuse(error);
        }
        terminal.Say(
            $"Key {key.Id} is revoked since {key.RevokedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
            $"密钥 {key.Id} 已吊销，吊销时间 {key.RevokedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}。"
        );
        return ExitCode.Done;
    }
}
