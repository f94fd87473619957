namespace IdResolution.Server.Http;

/// <summary>Marks a POST call that only reads: a bad identifier gets 400, as on reading, not 422.</summary>
internal sealed class ReadingCall
{
    public static readonly ReadingCall Instance = new();

    private ReadingCall() { }
}
