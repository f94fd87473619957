using System.CommandLine;
using IdResolution.Core.Errors;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary>A verb about letters: by their numbers, or all.</summary>
/// <param name="act">What it does with them; null means all.</param>
/// <param name="say">Says what was done.</param>
internal sealed class LetterVerb(LetterVerb.Act act, Action<Terminal, LettersDone, IReadOnlyList<long>?> say)
{
    private readonly Argument<long[]> _sequences = new("SEQUENCE")
    {
        Description = "The numbers of letters, as idnode upstream letters shows them.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _all = new("--all") { Description = "All letters that there are." };

    internal delegate Task<Result<LettersDone>> Act(
        UpstreamOperator letters,
        IReadOnlyList<long>? sequences,
        CancellationToken cancellationToken
    );

    public Command Create(string name, string description) =>
        new Command(name, description) { Settings.Data, _sequences, _all }
            .WithUpstream()
            .Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var sequences = Read(parsed);
        using var node = await UpstreamSettings.OpenNodeAsync(parsed);
        var acted = await act(node.Get<UpstreamOperator>(), sequences, cancellationToken);
        if (!acted.TryGet(out var done, out var error))
        {
            return terminal.Refuse(error);
        }
        say(terminal, done, sequences);
        return End(done, terminal);
    }

    /// <summary>The numbers that the command line names; null for all letters.</summary>
    /// <exception cref="OperatorException">It names none, or numbers and <c>--all</c>.</exception>
    private long[]? Read(ParseResult parsed)
    {
        var sequences = parsed.GetValue(_sequences) ?? [];
        if (parsed.GetValue(_all) == sequences.Length > 0)
        {
            throw new OperatorException(
                "Name letters by their numbers, or give --all: idnode upstream letters lists them.",
                "请给出序号，或给出 --all：idnode upstream letters 可列出。"
            );
        }
        return sequences.Length > 0 ? sequences : null;
    }

    /// <summary>Names the numbers of no letter. The exit code.</summary>
    private static int End(LettersDone done, Terminal terminal)
    {
        if (done.Unknown.Count == 0)
        {
            return ExitCode.Done;
        }
        terminal.Explain(
            $"There are no letters with these numbers: {string.Join(", ", done.Unknown)}.",
            $"没有以下序号的条目：{string.Join("、", done.Unknown)}。"
        );
        return ExitCode.Refused;
    }
}
