using System.CommandLine;
using IdResolution.Server.Hosting;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Reads the node's settings: <c>appsettings.json</c>, environment, command line, in that order of strength.
/// </summary>
internal static class Settings
{
    /// <summary>The data directory, an option of every verb.</summary>
    public static readonly Option<string> Data = new("--data")
    {
        Description = "The data directory: database and key file. Default: data (setting Data).",
        HelpName = "DIR",
    };

    /// <summary>Prefixes to home, repeatable.</summary>
    public static readonly Option<string[]> Prefix = new("--prefix")
    {
        Description =
            "A prefix of the company that this node is responsible for, such as 88.300.15907541011; may be "
            + "repeated (setting Prefixes).",
        HelpName = "P",
    };

    /// <summary>Binds and checks the settings; what is not given on the command line overrides nothing.</summary>
    /// <param name="environment">Where files and variables are.</param>
    /// <param name="given">The command line's, by name.</param>
    /// <param name="prefixes">The command line's prefixes.</param>
    /// <param name="watch">Read files again when they change.</param>
    /// <param name="handleAdmins">The command line's administrators of the server.</param>
    /// <exception cref="OperatorException">A setting cannot be used; all of them are named.</exception>
    public static (NodeOptions Options, IConfiguration Configuration) Read(
        CommandEnvironment environment,
        IEnumerable<KeyValuePair<string, string?>> given,
        string[]? prefixes = null,
        bool watch = false,
        string[]? handleAdmins = null
    )
    {
        try
        {
            // The current directory's file is the nearer one: it wins over the one beside the executable.
            var files = new[] { AppContext.BaseDirectory, environment.Directory }
                .Select(d => Path.Combine(Path.GetFullPath(d), "appsettings.json"))
                .Distinct();
            var builder = new ConfigurationBuilder();
            foreach (var file in files)
            {
                builder.AddJsonFile(file, optional: true, reloadOnChange: watch);
            }
            var configuration = builder
                .AddInMemoryCollection(environment.Settings)
                .AddInMemoryCollection(given.Where(g => g.Value is not null))
                .Build();
            return (NodeOptions.From(configuration, prefixes, handleAdmins), configuration);
        }
        catch (InvalidDataException e)
        {
            throw new OperatorException(
                e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}"
            );
        }
    }

    /// <summary>The settings of a verb that names nothing but <c>--data</c>.</summary>
    public static NodeOptions Read(ParseResult parsed) =>
        Read(parsed.Environment(), [new("Data", parsed.GetValue(Data))]).Options;

    /// <summary>Opens the node of <c>--data</c> for a verb beside, or without, one that serves.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="create">Make directory, database and key file where missing.</param>
    /// <param name="prefixes">The command line's prefixes.</param>
    /// <param name="given">Other settings of the command line, by name.</param>
    public static Task<NodeContainer> OpenNodeAsync(
        ParseResult parsed,
        bool create = false,
        string[]? prefixes = null,
        params IEnumerable<KeyValuePair<string, string?>> given
    )
    {
        var (options, _) = Read(parsed.Environment(), [new("Data", parsed.GetValue(Data)), .. given], prefixes);
        // A verb reads each record once: what it kept in memory would be of no use.
        options.Cache.Bytes = 0;
        options.Redis.Configuration = null;
        return NodeContainer.OpenAsync(options, create, TimeProvider.System);
    }
}
