namespace IdResolution.Server.SnmsWire;

/// <summary>The status numbers of the SNMS protocol (状态码).</summary>
internal static class SnmsStatus
{
    /// <summary>Done.</summary>
    public const int Success = 1;

    /// <summary>The token is missing, or does not hold.</summary>
    public const int NotLoggedIn = -1;

    /// <summary>Refused; the message says why.</summary>
    public const int Refused = -2;

    /// <summary>The prefix is not the caller's, or the role does not do.</summary>
    public const int Forbidden = -3;

    /// <summary>The node failed.</summary>
    public const int Failed = -4;
}
