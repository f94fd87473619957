using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream status</c>: shows how far the secondary node is behind.</summary>
internal sealed class UpstreamStatusCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON, for programs." };

    public static Command Create() => new UpstreamStatusCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "status",
            """
            Shows how far the secondary node is behind: the last log entry taken, how many wait and for how long, what
            was refused, and why the last try failed. The node that sends writes it every few seconds.

            Example:
              idnode upstream status --data ./data
            """
        )
        {
            Settings.Data,
            _json,
        };
        return command.WithUpstream().Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        using var node = await UpstreamSettings.OpenNodeAsync(parsed);
        var read = await node.Get<UpstreamOperator>().StatusAsync(Caller.CommandLine, cancellationToken);
        if (!read.TryGet(out var status, out var error))
        {
            return terminal.Refuse(error);
        }
        var state = UpstreamState.Of(status, node.Get<NodeOptions>().Upstream);
        if (parsed.GetValue(_json))
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(state, RestJson.Default.UpstreamState));
            return ExitCode.Done;
        }
        if (!state.Configured)
        {
            terminal.Say(
                "No secondary node is set: Upstream:Url (--upstream-url).",
                "未配置二级节点：Upstream:Url（--upstream-url）。"
            );
        }
        terminal.Out.WriteLine(TableOf(state));
        if (state.AnotherSince is not null)
        {
            terminal.Explain(
                "Another secondary node, user or prefix is named than before. What is missing there is sent by: "
                    + "idnode upstream reconcile --repair.",
                "上级地址、用户或前缀已更换。上级缺少的内容由 idnode upstream reconcile --repair 补报。"
            );
        }
        return ExitCode.Done;
    }

    private static string TableOf(UpstreamState state)
    {
        var table = new TextTable("WHAT", "VALUE");
        foreach (
            var (what, value) in new (string, object?)[]
            {
                ("url", state.Url),
                ("user", state.User),
                ("prefix", state.Prefix),
                ("cursor", state.Cursor),
                ("head", state.Head),
                ("lag", state.Lag),
                ("lagSeconds", state.LagSeconds),
                ("refused", state.Refused),
                ("due", state.Due),
                ("sent", state.Sent),
                ("kept", state.Kept),
                ("rate", state.Rate),
                ("sentAt", state.SentAt),
                ("error", state.Error),
                ("failedAt", state.FailedAt),
                ("failingSince", state.FailingSince),
                ("anotherSince", state.AnotherSince),
            }
        )
        {
            var text = TextOf(value);
            if (text.Length > 0)
            {
                table.Add(what, text.ReplaceLineEndings(" "));
            }
        }
        return table.ToString();
    }

    private static string TextOf(object? value) =>
        value is DateTimeOffset at
            ? at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{value}");
}
