namespace IdResolution.Server.Http;

/// <summary>Marks a call that only reads though it is a POST: a bad identifier is answered as on reading.</summary>
internal sealed class ReadingCall
{
    /// <summary>The mark.</summary>
    public static readonly ReadingCall Instance = new();

    private ReadingCall() { }
}
