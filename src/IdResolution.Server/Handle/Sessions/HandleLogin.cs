using IdResolution.Core.Handles;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>A login on a connection (Teleinfo's op 2001).</summary>
internal sealed class HandleLogin
{
    /// <summary>The unanswered challenge by its number in <see cref="ChallengeStore"/>; 0 for none.</summary>
    public int Pending { get; set; }

    /// <summary>The identity that logged in; null until the challenge is answered.</summary>
    public HandleIdentity? Identity { get; set; }
}
