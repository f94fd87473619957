using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Primitives;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream letters</c>: lists what the secondary node refused.</summary>
internal sealed class UpstreamLettersCommand
{
    private const int Page = 100;

    private readonly Option<long> _after = new("--after")
    {
        Description = "Only letters after this number, such as the last one of the list before.",
        HelpName = "SEQUENCE",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "The most letters listed.",
        HelpName = "N",
        DefaultValueFactory = _ => 1_000,
    };

    public static Command Create() => new UpstreamLettersCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "letters",
            """
            Lists the records that the secondary node refused, and why. SEQUENCE is the log entry that was refused, by
            which the other verbs name the letter. Those marked again are sent again by themselves; the others wait for
            you: change the record and it goes up anew, or retry, or drop.

            Example:
              idnode upstream letters --data ./data
            """
        )
        {
            Settings.Data,
            _after,
            _limit,
        };
        return command.WithUpstream().Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var (after, left) = (parsed.GetValue(_after), parsed.GetValue(_limit));
        using var node = await UpstreamSettings.OpenNodeAsync(parsed);
        var table = new TextTable("SEQUENCE", "IDENTIFIER", "REFUSED", "NEXT", "REASON");
        var listed = 0L;
        while (left > 0)
        {
            var read = await node.Get<UpstreamOperator>()
                .LettersAsync(after, Math.Min(left, Page), Caller.CommandLine, cancellationToken);
            if (!read.TryGet(out var page, out var error))
            {
                return terminal.Refuse(error);
            }
            if (page.Length == 0)
            {
                break;
            }
            foreach (var refused in page)
            {
                Add(table, refused);
            }
            after = page[^1].Letter.Sequence;
            listed += page.Length;
            left -= page.Length;
        }
        Show(terminal, table, listed == 0, left <= 0 ? after : null);
        return ExitCode.Done;
    }

    private static void Show(Terminal terminal, TextTable table, bool isEmpty, long? end)
    {
        if (isEmpty)
        {
            terminal.Say("The secondary node refused nothing.", "二级节点没有拒绝任何内容。");
            return;
        }
        terminal.Out.WriteLine(table.ToString());
        if (end is not null)
        {
            terminal.Say($"There may be more: --after {end}", $"可能还有：--after {end}");
        }
    }

    private static void Add(TextTable table, RefusedRecord refused) =>
        table.Add(
            refused.Letter.Sequence.ToString(CultureInfo.InvariantCulture),
            refused.Identifier,
            Micros.ToTime(refused.Letter.At).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
            refused.Letter.IsDue ? "again" : "waits",
            refused.Letter.Reason.ReplaceLineEndings(" ")
        );
}
