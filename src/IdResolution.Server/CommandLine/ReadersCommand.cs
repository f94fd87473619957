using System.CommandLine;
using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine;

/// <summary><c>readers</c>: shows how far each reader of the log is, shows its dead letters, and restarts it.</summary>
internal sealed class ReadersCommand
{
    private const int MaxDeadLetters = 1_000;

    private readonly Option<string> _dead = new("--dead")
    {
        Description = "Lists the entries that this reader could not take and set aside, and why.",
        HelpName = "NAME",
    };

    private readonly Option<string> _restart = new("--restart")
    {
        Description =
            "Has this reader go on from the entry of --from, back or ahead, and forgets its dead letters: those "
            + "from there on are tried again, those before are given up. The audit log says so.",
        HelpName = "NAME",
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "The first entry that it reads then: 1 for all, one beyond HEAD for none of those there are.",
        HelpName = "SEQUENCE",
    };

    public static Command Create() => new ReadersCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "readers",
            """
            Lists what reads the change log, how far it is, and what it set aside. A reader takes every entry once and
            in order; CURSOR is the last one taken, LAG how many wait. An entry that it cannot take is tried three
            times, then it is a dead letter and the reader goes on behind it.

            Mend the cause of a dead letter, then have the reader go on from that entry. It takes those behind it once
            more: statistics counts them twice. A node that serves goes on from there with the next entry written.

            Examples:
              idnode readers --data ./data
              idnode readers --data ./data --dead statistics
              idnode readers --data ./data --restart statistics --from 120
            """
        )
        {
            Settings.Data,
            _dead,
            _restart,
            _from,
        };
        return command.Doing(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var (dead, restart, from) = (parsed.GetValue(_dead), parsed.GetValue(_restart), parsed.GetValue(_from));
        CheckTogether(dead, restart, from);
        using var node = await Settings.OpenNodeAsync(parsed);
        var states = await StatesAsync(node, cancellationToken);
        if (dead is not null)
        {
            var reader = Find(states, "--dead", dead);
            await ShowDeadAsync(node, reader.Name, terminal, cancellationToken);
        }
        else if (restart is not null)
        {
            var reader = Find(states, "--restart", restart);
            terminal.Say(await RestartAsync(node, reader, from!, cancellationToken));
        }
        else
        {
            terminal.Out.WriteLine(await TableAsync(node, states, cancellationToken));
        }
        return ExitCode.Done;
    }

    private static void CheckTogether(string? dead, string? restart, string? from)
    {
        if (dead is not null && restart is not null)
        {
            throw new OperatorException(
                "--dead and --restart do not go together: look first, then restart.",
                "--dead 与 --restart 不能同时给出：请先查看，再重新读取。"
            );
        }
        if (restart is not null && from is null)
        {
            throw new OperatorException(
                "--restart: name the first entry to read with --from SEQUENCE.",
                "--restart：须用 --from 序号 给出读取的第一个条目。"
            );
        }
        if (restart is null && from is not null)
        {
            throw new OperatorException(
                "--from: name the reader with --restart NAME.",
                "--from：须用 --restart 名称 给出读取者。"
            );
        }
    }

    /// <summary>The readers that the node has or had. A reader that never moved is at 0.</summary>
    private static async Task<List<LogReaderState>> StatesAsync(NodeContainer node, CancellationToken cancellationToken)
    {
        var moved = await node.Get<ILogReaderStore>().ListAsync(cancellationToken);
        return
        [
            .. node.Get<IEnumerable<LogReader>>()
                .Where(r => moved.All(m => m.Name != r.Name))
                .Select(r => new LogReaderState(r.Name, 0, 0))
                .Concat(moved)
                .OrderBy(s => s.Name, StringComparer.Ordinal),
        ];
    }

    private static LogReaderState Find(List<LogReaderState> states, string option, string name) =>
        states.Find(s => s.Name == name)
        ?? throw new OperatorException(
            $"{option}: there is no reader '{name}'. There are: {string.Join(", ", states.Select(s => s.Name))}.",
            $"{option}：没有读取者 '{name}'。现有：{string.Join("、", states.Select(s => s.Name))}。"
        );

    private static async Task<string> TableAsync(
        NodeContainer node,
        List<LogReaderState> states,
        CancellationToken cancellationToken
    )
    {
        // Read the head after the cursors, so that no reader is ahead of it.
        var head = await node.Get<IChangeLog>().HeadAsync(cancellationToken);
        var table = new TextTable("NAME", "CURSOR", "HEAD", "LAG", "DEAD LETTERS");
        foreach (var state in states)
        {
            table.Add(
                state.Name,
                Number(state.Cursor),
                Number(head),
                Number(Math.Max(0, head - state.Cursor)),
                Number(state.DeadLetters)
            );
        }
        return table.ToString();
    }

    private static async Task ShowDeadAsync(
        NodeContainer node,
        string name,
        Terminal terminal,
        CancellationToken cancellationToken
    )
    {
        var letters = await node.Get<ILogReaderStore>().DeadLettersAsync(name, MaxDeadLetters, cancellationToken);
        if (letters.Count == 0)
        {
            terminal.Say($"Reader {name} has set nothing aside.", $"读取者 {name} 没有搁置的条目。");
            return;
        }
        var table = new TextTable("SEQUENCE", "SET ASIDE", "REASON");
        foreach (var letter in letters)
        {
            table.Add(
                Number(letter.Sequence),
                Micros.ToTime(letter.At).ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
                letter.Reason.ReplaceLineEndings(" ")
            );
        }
        terminal.Out.WriteLine(table.ToString());
        if (letters.Count == MaxDeadLetters)
        {
            terminal.Say(
                $"These are the first {MaxDeadLetters}; there may be more.",
                $"以上为前 {MaxDeadLetters} 条，可能还有。"
            );
        }
    }

    private static async Task<Text> RestartAsync(
        NodeContainer node,
        LogReaderState reader,
        string text,
        CancellationToken cancellationToken
    )
    {
        var head = await node.Get<IChangeLog>().HeadAsync(cancellationToken);
        if (
            !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || first is < 1
            || first > head + 1
        )
        {
            throw new OperatorException(
                $"--from: '{text}' must be the number of an entry, 1 to {head}, or {head + 1} to read none of them.",
                $"--from：'{text}' 应为条目的序号 1 至 {head}；{head + 1} 表示不读取现有条目。"
            );
        }
        await node.Get<ILogReaderStore>().RestartAsync(reader.Name, first - 1, cancellationToken);
        await node.Get<Auditor>()
            .DoneAsync(
                Caller.CommandLine,
                "reader.restart",
                $"{reader.Name} from {first}, was at {reader.Cursor + 1}; dead letters forgotten: {reader.DeadLetters}",
                CancellationToken.None
            );
        return new(
            $"Reader {reader.Name} goes on from entry {first}; it was at {reader.Cursor + 1}. "
                + $"Dead letters forgotten: {reader.DeadLetters}.",
            $"读取者 {reader.Name} 从条目 {first} 继续，之前在 {reader.Cursor + 1}。已清除搁置的条目：{reader.DeadLetters}。"
        );
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
