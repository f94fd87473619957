using IdResolution.Core.Handles;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>A login on a connection (Teleinfo's op 2001): what is asked now, or who has answered.</summary>
internal sealed class HandleLogin
{
    /// <summary>The challenge not answered yet, by its number in <see cref="ChallengeStore"/>; 0 for none.</summary>
    public int Pending { get; set; }

    /// <summary>Who logged in, or null.</summary>
    public HandleIdentity? Identity { get; set; }
}
