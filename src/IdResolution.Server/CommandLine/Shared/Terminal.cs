using System.CommandLine;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>The output of a verb, and the language of the refusals that it prints.</summary>
internal sealed class Terminal
{
    private static readonly string[] s_localeVariables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    private readonly bool _isConsole;

    public Terminal(ParseResult parsed)
    {
        Error = parsed.InvocationConfiguration.Error;
        _isConsole = ReferenceEquals(Error, Console.Error);
        var output = parsed.InvocationConfiguration.Output;
        Out = ShowsResults ? new TerminalWriter(output) : output;
        Language = LanguageOf(parsed, parsed.Environment());
    }

    /// <summary>
    /// Standard output: results, for people and programs. Programs get every character, a terminal those that do not
    /// control it.
    /// </summary>
    public TextWriter Out { get; }

    /// <summary>Standard error as it is, for a progress bar. Texts go by the methods here, which clean them.</summary>
    public TextWriter Error { get; }

    public Language Language { get; }

    /// <summary>True if a progress bar can be drawn on standard error.</summary>
    public bool CanDraw => _isConsole && !Console.IsErrorRedirected;

    /// <summary>True if a person reads the results as they come.</summary>
    public bool ShowsResults => _isConsole && !Console.IsOutputRedirected;

    /// <summary>True if a person can be asked.</summary>
    public bool CanAsk => _isConsole && !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>
    /// The language of messages and help: that of <c>--lang</c>, else of the first variable that is set (POSIX,
    /// locale).
    /// </summary>
    public static Language LanguageOf(ParseResult parsed, CommandEnvironment environment)
    {
        // A verb that is run by itself has no such option.
        var option = parsed.RootCommandResult.Command.Options.FirstOrDefault(o => o.Name == Settings.LanguageName);
        var named =
            option is not null && parsed.GetResult(option) is { Tokens: [{ Value: var value }] }
                ? value
                : s_localeVariables.Select(environment.Find).FirstOrDefault(v => v is not null);
        return named?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true
            ? Language.Chinese
            : Language.English;
    }

    /// <summary>Prints a result for people.</summary>
    public void Say(string en, string zh) => Say(new Text(en, zh));

    /// <summary>Prints a result for people.</summary>
    public void Say(Text text) => Out.WriteLine(TerminalText.Lines(text.In(Language)));

    /// <summary>Prints an explanation.</summary>
    public void Explain(string en, string zh) => Explain(new Text(en, zh));

    /// <summary>Prints an explanation.</summary>
    public void Explain(Text text) => Error.WriteLine(TerminalText.Lines(text.In(Language)));

    /// <summary>Asks the person at the terminal; true only for the answer <c>yes</c>.</summary>
    public bool Confirm(string en, string zh)
    {
        var asked = new Text($"{en} Type yes to go on: ", $"{zh}输入 yes 继续：").In(Language);
        Error.Write(TerminalText.Lines(asked));
        return Console.In.ReadLine()?.Trim() == "yes";
    }

    /// <summary>Prints a refusal, one line for each fault; returns the exit code.</summary>
    public int Refuse(Error error)
    {
        foreach (var line in Lines(error))
        {
            Error.WriteLine(line);
        }
        return ExitCode.Refused;
    }

    /// <summary>The lines of a refusal, cleaned: <c>field: message</c>.</summary>
    public IEnumerable<string> Lines(Error error) =>
        (error.Details.Count > 0 ? error.Details : [error])
            .Select(e => AccessPolicy.Told(e, Caller.CommandLine))
            .Select(e =>
                TerminalText.OneLine(e.Field is null ? e.Message.In(Language) : $"{e.Field}: {e.Message.In(Language)}")
            );
}
