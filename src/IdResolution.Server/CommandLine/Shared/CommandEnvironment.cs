namespace IdResolution.Server.CommandLine.Shared;

/// <summary>What a verb reads besides its command line: the current directory and the environment variables.</summary>
/// <param name="Directory">The current directory, to which relative paths of the command line belong.</param>
/// <param name="Variables">The environment variables by name.</param>
internal sealed record CommandEnvironment(string Directory, IReadOnlyDictionary<string, string> Variables)
{
    private const string SettingPrefix = "IDR__";

    /// <summary>The file of settings that <c>--config</c> names, or null.</summary>
    public string? Config { get; init; }

    /// <summary>The settings among the variables: <c>IDR__Cache__Bytes</c> is <c>Cache:Bytes</c>.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
        Variables
            .Where(v => v.Key.StartsWith(SettingPrefix, StringComparison.OrdinalIgnoreCase))
            .Select(v =>
                KeyValuePair.Create(
                    v.Key[SettingPrefix.Length..].Replace("__", ConfigurationPath.KeyDelimiter),
                    (string?)v.Value
                )
            );

    /// <summary>
    /// The user of the operating system, for the audit log: <c>ann (root)</c> where ann is root by sudo. The name in
    /// brackets is the process's; that before it is what sudo says.
    /// </summary>
    public string OsUser => Find("SUDO_USER") is { } by ? $"{by} ({Environment.UserName})" : Environment.UserName;

    /// <summary>The environment of this process.</summary>
    public static CommandEnvironment OfProcess()
    {
        var variables = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        return new CommandEnvironment(System.IO.Directory.GetCurrentDirectory(), variables);
    }

    /// <summary>The value of a variable; null if it is not set or empty.</summary>
    public string? Find(string variable) =>
        Variables.GetValueOrDefault(variable) is { Length: > 0 } value ? value : null;
}
