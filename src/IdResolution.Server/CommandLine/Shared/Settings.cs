using System.CommandLine;
using IdResolution.Core.Primitives;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Reads the node's settings from files (<see cref="SettingsFiles"/>), the environment and the command line. The later
/// source wins.
/// </summary>
internal static class Settings
{
    /// <summary>The name of the option for the language of messages and help, which all verbs take.</summary>
    public const string LanguageName = "--lang";

    /// <summary>The name of the option for a file of settings, which all verbs take.</summary>
    public const string ConfigName = "--config";

    private const string DataName = "--data";
    private const string PrefixName = "--prefix";

    /// <summary>A new option for the data directory. Each verb has its own: help may be put into Chinese.</summary>
    public static Option<string> Data =>
        new(DataName)
        {
            Description = "The data directory: database and key file. Default: data (setting Data).",
            HelpName = "DIR",
        };

    /// <summary>A new option for homed prefixes.</summary>
    public static Option<string[]> Prefix =>
        new(PrefixName)
        {
            Description =
                "A prefix of the company that this node is responsible for, such as 88.300.15907541011; may be "
                + "repeated (setting Prefixes).",
            HelpName = "P",
        };

    /// <summary>The data directory that the command line names, or null.</summary>
    public static string? DataOf(ParseResult parsed) => parsed.GetValue<string>(DataName);

    /// <summary>Says once of a file of settings in the current directory that it is not read.</summary>
    public static void WarnOfUnread(ParseResult parsed, Terminal terminal)
    {
        var takesData = parsed.CommandResult.Command.Options.Any(static o => o.Name == DataName);
        string? unread;
        try
        {
            unread = SettingsFiles.Unread(parsed.Environment(), takesData ? DataOf(parsed) : null);
        }
        catch (Exception e) when (e is OperatorException or InvalidDataException)
        {
            // The verb itself says what is wrong with the settings.
            return;
        }
        if (unread is not null)
        {
            terminal.Explain(
                $"Not read: {unread}. Settings come from the file beside the executable, from the one in the data "
                    + $"directory that --data names, or by {ConfigName} FILE.",
                $"未读取：{unread}。配置文件应位于可执行文件旁，或 --data 指定的数据目录中，或由 {ConfigName} FILE 指定。"
            );
        }
    }

    /// <summary>The prefixes that the command line names.</summary>
    public static string[]? PrefixesOf(ParseResult parsed) => parsed.GetValue<string[]>(PrefixName);

    /// <summary>Reads and checks the settings. An option that is not given overrides nothing.</summary>
    /// <param name="environment">Gives the directory and the variables to read.</param>
    /// <param name="given">Settings from the command line, by name; null values are ignored.</param>
    /// <param name="prefixes">The prefixes from the command line.</param>
    /// <param name="watch">True to read the files again when they change.</param>
    /// <param name="handleAdmins">The Handle administrators from the command line.</param>
    /// <exception cref="OperatorException">Some settings cannot be used. The message names all of them.</exception>
    public static (NodeOptions Options, IConfiguration Configuration) Read(
        CommandEnvironment environment,
        IEnumerable<KeyValuePair<string, string?>> given,
        string[]? prefixes = null,
        bool watch = false,
        string[]? handleAdmins = null
    )
    {
        var (options, configuration, faults) = ReadAll(environment, given, prefixes, watch, handleAdmins);
        return faults.Count == 0 ? (options, configuration) : throw new OperatorException(Text.Lines(faults));
    }

    /// <summary>Reads the settings as <c>Read</c> does, and gives what is wrong with them.</summary>
    /// <exception cref="OperatorException">A file or a value cannot be read at all.</exception>
    public static (NodeOptions Options, IConfiguration Configuration, List<Text> Faults) ReadAll(
        CommandEnvironment environment,
        IEnumerable<KeyValuePair<string, string?>> given,
        string[]? prefixes = null,
        bool watch = false,
        string[]? handleAdmins = null
    )
    {
        try
        {
            List<KeyValuePair<string, string?>> named = [.. given.Where(g => g.Value is not null)];
            var data = named.Find(static g => g.Key == "Data").Value;
            var builder = new ConfigurationBuilder();
            foreach (var file in SettingsFiles.Of(environment, data).Distinct())
            {
                builder.Add(new SettingsFile(file, watch));
            }
            var configuration = builder
                .AddInMemoryCollection(environment.Settings)
                .AddInMemoryCollection(named)
                .Build();
            var (options, faults) = NodeOptions.Read(configuration, prefixes, handleAdmins);
            options.OsUser = environment.OsUser;
            options.UnknownVariables = [.. SettingNames.FaultsIn(environment.Settings)];
            return (options, configuration, faults);
        }
        catch (InvalidDataException e)
        {
            throw NodeOptions.Unreadable(e);
        }
    }

    /// <summary>The settings of a verb whose only option for settings is <c>--data</c>.</summary>
    public static NodeOptions Read(ParseResult parsed) => Read(parsed, null, []);

    /// <summary>Opens the node in <c>--data</c> for a verb, beside a serving node or without one.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="create">True to make directory, database and key file if they are missing.</param>
    /// <param name="prefixes">The prefixes from the command line.</param>
    /// <param name="given">Other settings from the command line, by name.</param>
    public static Task<NodeContainer> OpenNodeAsync(
        ParseResult parsed,
        bool create = false,
        string[]? prefixes = null,
        params IEnumerable<KeyValuePair<string, string?>> given
    )
    {
        var options = Read(parsed, prefixes, given);
        // A verb reads each record once, so caches would be of no use. Redis may know more of the log than the store.
        options.Cache.Bytes = 0;
        var redis = options.Redis;
        options.Redis = new RedisOptions();
        var migration = new MigrationReports(TimeProvider.System, new Terminal(parsed).Explain);
        return NodeContainer.OpenAsync(options, create, TimeProvider.System, migration, redis);
    }

    /// <summary>Reads the settings of a verb, and prints what is ignored of the environment.</summary>
    private static NodeOptions Read(
        ParseResult parsed,
        string[]? prefixes,
        IEnumerable<KeyValuePair<string, string?>> given
    )
    {
        var (options, _) = Read(parsed.Environment(), [new("Data", DataOf(parsed)), .. given], prefixes);
        foreach (var variable in options.UnknownVariables)
        {
            new Terminal(parsed).Explain($"Ignored: {variable.En}", $"已忽略：{variable.Zh}");
        }
        return options;
    }
}
