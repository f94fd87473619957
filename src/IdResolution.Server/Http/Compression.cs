namespace IdResolution.Server.Http;

internal static class Compression
{
    /// <summary>Compression hardly shortens answers with fewer bytes than this.</summary>
    public const int WorthIt = 1_400;
}
