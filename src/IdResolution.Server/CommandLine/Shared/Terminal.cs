using System.CommandLine;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>Where a verb writes, and in which language it passes on refusals.</summary>
internal sealed class Terminal
{
    private static readonly string[] s_localeVariables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    private readonly bool _isConsole;

    public Terminal(ParseResult parsed)
    {
        Out = parsed.InvocationConfiguration.Output;
        Error = parsed.InvocationConfiguration.Error;
        _isConsole = ReferenceEquals(Error, Console.Error);
        // The first of them that is set decides (POSIX, locale).
        var locale = s_localeVariables.Select(parsed.Environment().Find).FirstOrDefault(v => v is not null);
        Language =
            locale?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true ? Language.Chinese : Language.English;
    }

    /// <summary>Results, for people and programs.</summary>
    public TextWriter Out { get; }

    /// <summary>Explanations and progress.</summary>
    public TextWriter Error { get; }

    public Language Language { get; }

    /// <summary>True where progress can be drawn over itself.</summary>
    public bool CanDraw => _isConsole && !Console.IsErrorRedirected;

    /// <summary>True where results are read by a person as they come.</summary>
    public bool ShowsResults => _isConsole && !Console.IsOutputRedirected;

    /// <summary>True where somebody can be asked.</summary>
    public bool CanAsk => _isConsole && !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Asks; only <c>yes</c> is yes.</summary>
    public bool Confirm(string question)
    {
        Error.Write($"{question} Type yes to go on: ");
        return Console.In.ReadLine()?.Trim() == "yes";
    }

    /// <summary>Prints a refusal, each fault on a line of its own; gives the exit code.</summary>
    public int Refuse(Error error)
    {
        foreach (var line in Lines(error))
        {
            Error.WriteLine(line);
        }
        return ExitCode.Refused;
    }

    /// <summary>A refusal as lines <c>field: message</c>.</summary>
    public IEnumerable<string> Lines(Error error) =>
        (error.Details.Count > 0 ? error.Details : [error]).Select(e =>
            e.Field is null ? e.Message.In(Language) : $"{e.Field}: {e.Message.In(Language)}"
        );
}
