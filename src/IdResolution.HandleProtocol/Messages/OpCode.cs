namespace IdResolution.HandleProtocol.Messages;

/// <summary>Operations (RFC 3652 §2.2.2.1).</summary>
public enum OpCode
{
    /// <summary>In answers to what could not be decoded.</summary>
    None = 0,

    /// <summary>Resolve a handle.</summary>
    Resolution = 1,

    /// <summary>Ask for the site record of the server.</summary>
    GetSiteInfo = 2,

    /// <summary>Create a handle.</summary>
    CreateHandle = 100,

    /// <summary>Delete a handle.</summary>
    DeleteHandle = 101,

    /// <summary>Add values.</summary>
    AddValue = 102,

    /// <summary>Remove values.</summary>
    RemoveValue = 103,

    /// <summary>Modify values.</summary>
    ModifyValue = 104,

    /// <summary>List the handles of a prefix.</summary>
    ListHandles = 105,

    /// <summary>The answer to a challenge.</summary>
    ChallengeAnswer = 200,

    /// <summary>Ask whether an answer to a challenge is right.</summary>
    VerifyChallenge = 201,

    /// <summary>Home a prefix.</summary>
    HomePrefix = 300,

    /// <summary>Unhome a prefix.</summary>
    UnhomePrefix = 301,

    /// <summary>List the homed prefixes.</summary>
    ListHomedPrefixes = 302,

    /// <summary>Set a session up.</summary>
    SessionSetup = 400,

    /// <summary>End a session.</summary>
    SessionTerminate = 401,

    /// <summary>Hand the session key over.</summary>
    SessionExchangeKey = 402,

    /// <summary>Ask for the next transaction number.</summary>
    GetNextTransactionId = 1000,

    /// <summary>Read the transaction log.</summary>
    RetrieveTransactionLog = 1001,

    /// <summary>Dump all handles.</summary>
    DumpHandles = 1002,

    /// <summary>Checkpoint the server.</summary>
    Backup = 1003,

    /// <summary>Log in once for a connection (Teleinfo's extension).</summary>
    Login = 2001,
}
