namespace IdResolution.Server.Handle;

/// <summary>A login on a connection (Teleinfo's op 2001): what is asked now, or who has answered.</summary>
internal sealed class HandleLogin
{
    /// <summary>The challenge not answered yet, or null.</summary>
    public PendingChallenge? Pending { get; set; }

    /// <summary>Who logged in, or null.</summary>
    public HandleIdentity? Identity { get; set; }
}
