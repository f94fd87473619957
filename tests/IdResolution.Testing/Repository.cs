namespace IdResolution.Testing;

/// <summary>Files of the repository that tests read.</summary>
public static class Repository
{
    /// <summary>The repository's root, found from the test's directory upwards.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file by its path from the root.</summary>
    public static string File(string path) => Path.Combine(Root, path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.GetFiles("Directory.Packages.props").Length > 0)
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No repository above {AppContext.BaseDirectory}.");
    }
}
