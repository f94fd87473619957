namespace IdResolution.Server.Http;

internal static class Compression
{
    /// <summary>Compression hardly shortens answers with fewer bytes than this.</summary>
    public const int WorthIt = 1_400;

    /// <summary>The codings in which request bodies are read, those of the framework, as a header names them.</summary>
    public const string Read = "gzip, deflate, br";
}
