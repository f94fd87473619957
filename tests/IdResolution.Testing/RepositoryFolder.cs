namespace IdResolution.Testing;

/// <summary>The repository that the tests were built in, for tests of its documents and sources.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder that holds <c>IdResolution.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file or folder by its path from the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The text of a file by its path from the root.</summary>
    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IdResolution.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName
            ?? throw new InvalidOperationException(
                $"No folder above {AppContext.BaseDirectory} holds IdResolution.sln."
            );
    }
}
