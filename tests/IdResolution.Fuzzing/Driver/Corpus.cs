namespace IdResolution.Fuzzing.Driver;

/// <summary>Inputs kept as files: those that failed once. They are beside the program.</summary>
internal static class Corpus
{
    public static IEnumerable<byte[]> Of(FuzzTarget target) => FilesOf(target).Select(File.ReadAllBytes);

    public static IEnumerable<string> FilesOf(FuzzTarget target)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal) : [];
    }
}
