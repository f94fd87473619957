using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>
/// Where settings are read from files: beside the executable, in the data directory, and where <c>--config</c> says;
/// the later file wins. The current directory is not looked at, since it may be anybody's. Nor is the data directory
/// where nothing names it, since its default lies in the current directory.
/// </summary>
internal static class SettingsFiles
{
    private const string Name = "appsettings.json";

    /// <summary>The absolute paths of the files, whether they exist or not.</summary>
    /// <param name="environment">Names the file of <c>--config</c>, and may name the data directory.</param>
    /// <param name="data">The data directory of the command line, or null.</param>
    /// <exception cref="OperatorException">The file of <c>--config</c> does not exist.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read.</exception>
    public static List<string> Of(CommandEnvironment environment, string? data)
    {
        List<string> files = [Path.Combine(AppContext.BaseDirectory, Name)];
        var named = environment.Config is null ? null : Path.GetFullPath(environment.Config, environment.Directory);
        if (named is not null && !File.Exists(named))
        {
            throw new OperatorException($"--config: there is no file {named}.", $"--config：没有文件 {named}。");
        }
        if (string.IsNullOrEmpty(data))
        {
            var builder = new ConfigurationBuilder().Add(new SettingsFile(files[0], watch: false));
            if (named is not null)
            {
                builder.Add(new SettingsFile(named, watch: false));
            }
            data = builder.AddInMemoryCollection(environment.Settings).Build()["Data"];
        }
        if (!string.IsNullOrEmpty(data))
        {
            files.Add(Path.Combine(Path.GetFullPath(data, environment.Directory), Name));
        }
        if (named is not null)
        {
            files.Add(named);
        }
        return files;
    }

    /// <summary>
    /// A file that an earlier release would have read and this one does not: in the current directory, or in the data
    /// directory that is there by default. Null for none.
    /// </summary>
    public static string? Unread(CommandEnvironment environment, string? data)
    {
        var candidates = new[]
        {
            Path.GetFullPath(Name, environment.Directory),
            Path.GetFullPath(Path.Combine("data", Name), environment.Directory),
        };
        return Array.Exists(candidates, File.Exists)
            ? candidates.Except(Of(environment, data)).FirstOrDefault(File.Exists)
            : null;
    }
}
