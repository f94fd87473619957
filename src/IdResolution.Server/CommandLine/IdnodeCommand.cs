using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using IdResolution.Core.Administration;
using IdResolution.Core.Primitives;
using IdResolution.Server.CommandLine.BusinessKeys;
using IdResolution.Server.CommandLine.Enterprises;
using IdResolution.Server.CommandLine.Events;
using IdResolution.Server.CommandLine.Handles;
using IdResolution.Server.CommandLine.KeyFiles;
using IdResolution.Server.CommandLine.Keys;
using IdResolution.Server.CommandLine.Maintenance;
using IdResolution.Server.CommandLine.Partners;
using IdResolution.Server.CommandLine.Records;
using IdResolution.Server.CommandLine.Serving;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.CommandLine.Simulation;
using IdResolution.Server.CommandLine.Templates;
using IdResolution.Server.CommandLine.Upstream;

namespace IdResolution.Server.CommandLine;

/// <summary>The command <c>idnode</c> with all its verbs.</summary>
internal static partial class IdnodeCommand
{
    public static RootCommand Create() =>
        new(
            """
            IdResolution: an enterprise node that registers identifiers of items and resolves them.

            First steps:
              idnode init  --data ./data --prefix 88.300.15907541011
              idnode serve --data ./data --http 127.0.0.1:8080

            Each verb explains itself: idnode import --help
            Exit codes: 0 done, 1 refused in whole or in part, 2 cannot run, 130 interrupted.
            Settings also come from appsettings.json beside the executable and in the data directory, from --config FILE
            and from the environment (IDR__Plant__TimeZone=Asia/Shanghai); the command line wins.
            """
        )
        {
            ServeCommand.Create(),
            InitCommand.Create(),
            KeyCommand.Create(),
            KeyFileCommand.Create(),
            RegisterCommand.Create(),
            ResolveCommand.Create(),
            ScanCommand.Create(),
            LabelCommand.Create(),
            TraceCommand.Create(),
            WhereCommand.Create(),
            QualityCommand.Create(),
            CompletenessCommand.Create(),
            LifeCommand.Create(),
            CalibrationCommand.Create(),
            MadeCommand.Create(),
            StoryCommand.Create(),
            StockCommand.Create(),
            StocktakeCommand.Create(),
            FulfilmentCommand.Create(),
            EventsCommand.Create(),
            AnalyseCommand.Create(),
            ImportCommand.Create(),
            ExportCommand.Create(),
            TemplateCommand.Create(),
            BusinessKeyCommand.Create(),
            EraseCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            LogCommand.Create(),
            CopyCommand.Create(),
            DoctorCommand.Create(),
            ReadersCommand.Create(),
            StatisticsCommand.Create(),
            UpstreamCommand.Create(),
            EnterpriseCommand.Create(),
            PartnerCommand.Create(),
            GrantCommand.Create(),
            AuditCommand.Create(),
            HandleCommand.Create(),
            HealthCommand.Create(),
            MigrateCommand.Create(),
            DemoCommand.Create(),
            SimulateCommand.Create(),
            LanguageOption(),
            ConfigOption(),
        };

    private static Option<string> ConfigOption() =>
        new(Settings.ConfigName)
        {
            Description =
                "A further file of settings. It wins over those beside the executable and in the data directory.",
            HelpName = "FILE",
            Recursive = true,
        };

    private static Option<string> LanguageOption() =>
        new Option<string>(Settings.LanguageName)
        {
            Description = "The language of messages and help: zh or en. Default: by LC_ALL, LC_MESSAGES or LANG.",
            HelpName = "LANGUAGE",
            Recursive = true,
        }.AcceptOnlyFromAmong("zh", "en");

    /// <summary>Parses and runs a command line; returns the exit code.</summary>
    public static async Task<int> RunAsync(
        string[] args,
        CommandInvocation configuration,
        CancellationToken cancellationToken
    )
    {
        var result = Parse(args);
        if (result.Action is not (HelpAction or ParseErrorAction))
        {
            return await result.InvokeAsync(configuration, cancellationToken);
        }
        var language = Terminal.LanguageOf(result, configuration.Environment);
        using var texts = new LibraryTexts(language);
        if (result.Action is HelpAction)
        {
            Shorten(result, language);
            return await result.InvokeAsync(configuration, cancellationToken);
        }
        if (language == Language.Chinese)
        {
            // The library makes its messages when it parses.
            result = Parse(args);
        }
        foreach (var error in result.Errors)
        {
            await configuration.Error.WriteLineAsync(Keys().Replace(error.Message, KeyIssuer.Start + "…"));
        }
        var help = $"{NameOf(result.CommandResult)} --help";
        await configuration.Error.WriteLineAsync(new Text($"What it takes: {help}", $"用法说明：{help}").In(language));
        return ExitCode.CannotRun;
    }

    /// <summary>The name of a verb as it is typed, such as <c>idnode key create</c>.</summary>
    private static string NameOf(CommandResult verb)
    {
        var names = new Stack<string>();
        for (var command = verb; command is not null; command = command.Parent as CommandResult)
        {
            names.Push(command.Command is RootCommand ? "idnode" : command.Command.Name);
        }
        return string.Join(' ', names);
    }

    // Without response files (@FILE): a value may begin with @.
    private static ParseResult Parse(string[] args) =>
        Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>
    /// Puts the help into the language. The list of verbs shows one sentence for each: the examples are in the verb's
    /// own help.
    /// </summary>
    private static void Shorten(ParseResult result, Language language)
    {
        if (language == Language.Chinese)
        {
            ChineseHelp.Apply(result.RootCommandResult.Command);
        }
        foreach (var verb in result.CommandResult.Command.Subcommands)
        {
            verb.Description = FirstSentence(verb.Description!, language == Language.Chinese ? "。" : ". ");
        }
    }

    // A key that stands where none is taken is not printed: what is printed may be kept.
    [GeneratedRegex(KeyIssuer.Start + "[A-Za-z0-9_-]+")]
    private static partial Regex Keys();

    private static string FirstSentence(string text, string end)
    {
        var flat = text.ReplaceLineEndings(" ");
        var at = flat.IndexOf(end, StringComparison.Ordinal);
        return at < 0 ? flat : flat[..(at + 1)];
    }
}
