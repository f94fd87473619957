using System.CommandLine;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary>The letters that a verb is about: by their numbers, or all.</summary>
internal sealed class LetterChoice
{
    public Argument<long[]> Sequences { get; } =
        new("SEQUENCE")
        {
            Description = "The numbers of letters, as idnode upstream letters shows them.",
            Arity = ArgumentArity.ZeroOrMore,
        };

    public Option<bool> All { get; } = new("--all") { Description = "All letters that there are." };

    /// <summary>The numbers that the command line names; null for all letters.</summary>
    /// <exception cref="OperatorException">It names none, or numbers and <c>--all</c>.</exception>
    public IReadOnlyList<long>? Read(ParseResult parsed)
    {
        var sequences = parsed.GetValue(Sequences) ?? [];
        if (parsed.GetValue(All) == sequences.Length > 0)
        {
            throw new OperatorException(
                "Name letters by their numbers, or give --all: idnode upstream letters lists them.",
                "请给出序号，或给出 --all：idnode upstream letters 可列出。"
            );
        }
        return sequences.Length > 0 ? sequences : null;
    }

    /// <summary>Names the numbers of no letter. The exit code.</summary>
    public static int End(LettersDone done, Terminal terminal)
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
