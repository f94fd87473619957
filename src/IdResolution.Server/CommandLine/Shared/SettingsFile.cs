using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>A file of settings. Relative paths in it are relative to its own directory.</summary>
internal sealed class SettingsFile : JsonConfigurationSource
{
    private static readonly string[] s_paths = ["Data", "Secrets:KeyFile", "Backup:Directory"];

    private readonly string _directory;

    /// <summary>Names a file, which need not exist.</summary>
    /// <param name="file">The absolute path.</param>
    /// <param name="watch">True to read it again when it changes.</param>
    public SettingsFile(string file, bool watch)
    {
        _directory = System.IO.Path.GetDirectoryName(file)!;
        // The data directory may be made later.
        var existing = _directory;
        while (!Directory.Exists(existing))
        {
            existing = System.IO.Path.GetDirectoryName(existing)!;
        }
        Optional = true;
        ReloadOnChange = watch;
        Path = System.IO.Path.GetRelativePath(existing, file);
        // Looks every few seconds. The system would tell of every write to a database in the same directory.
        FileProvider = new PhysicalFileProvider(existing) { UsePollingFileWatcher = true, UseActivePolling = true };
    }

    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new Provider(this);
    }

    private sealed class Provider(SettingsFile source) : JsonConfigurationProvider(source)
    {
        public override void Load(Stream stream)
        {
            base.Load(stream);
            foreach (var name in s_paths)
            {
                if (Data.TryGetValue(name, out var path) && !string.IsNullOrEmpty(path))
                {
                    Data[name] = System.IO.Path.GetFullPath(path, source._directory);
                }
            }
        }
    }
}
