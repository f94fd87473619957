namespace IdResolution.Server.Http;

/// <summary>When answers are compressed.</summary>
internal static class Compression
{
    /// <summary>Below so many bytes a compressed answer is hardly shorter than the plain one.</summary>
    public const int WorthIt = 1_400;
}
