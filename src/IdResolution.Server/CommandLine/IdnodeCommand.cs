using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using IdResolution.Server.CommandLine.BusinessKeys;
using IdResolution.Server.CommandLine.Handles;
using IdResolution.Server.CommandLine.Keys;
using IdResolution.Server.CommandLine.Maintenance;
using IdResolution.Server.CommandLine.Records;
using IdResolution.Server.CommandLine.Serving;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.CommandLine.Templates;

namespace IdResolution.Server.CommandLine;

/// <summary>The command <c>idnode</c> with all its verbs.</summary>
internal static class IdnodeCommand
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
            Settings also come from appsettings.json and from the environment (IDR__Plant__TimeZone=Asia/Shanghai); the
            command line wins.
            """
        )
        {
            ServeCommand.Create(),
            InitCommand.Create(),
            KeyCommand.Create(),
            RegisterCommand.Create(),
            ResolveCommand.Create(),
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
            HandleCommand.Create(),
            HealthCommand.Create(),
            MigrateCommand.Create(),
            DemoCommand.Create(),
        };

    /// <summary>Parses and runs a command line; returns the exit code.</summary>
    public static async Task<int> RunAsync(
        string[] args,
        CommandInvocation configuration,
        CancellationToken cancellationToken
    )
    {
        // Without response files (@FILE): a value may begin with @.
        var result = Create().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is HelpAction)
        {
            // The list of verbs shows one sentence for each. The examples are in the verb's own help.
            foreach (var verb in result.CommandResult.Command.Subcommands)
            {
                verb.Description = FirstSentence(verb.Description!);
            }
        }
        if (result.Action is not ParseErrorAction)
        {
            return await result.InvokeAsync(configuration, cancellationToken);
        }
        foreach (var error in result.Errors)
        {
            await configuration.Error.WriteLineAsync(error.Message);
        }
        var names = new Stack<string>();
        for (
            var command = result.CommandResult;
            command is not null;
            command = command.Parent as System.CommandLine.Parsing.CommandResult
        )
        {
            names.Push(command.Command is RootCommand ? "idnode" : command.Command.Name);
        }
        await configuration.Error.WriteLineAsync($"What it takes: {string.Join(' ', names)} --help");
        return ExitCode.CannotRun;
    }

    private static string FirstSentence(string text)
    {
        var flat = text.ReplaceLineEndings(" ");
        var end = flat.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? flat : flat[..(end + 1)];
    }
}
