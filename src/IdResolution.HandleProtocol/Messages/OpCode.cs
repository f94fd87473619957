namespace IdResolution.HandleProtocol.Messages;

/// <summary>The operations (RFC 3652 §2.2.2.1).</summary>
public enum OpCode
{
    /// <summary>Used in responses to messages that could not be decoded.</summary>
    None = 0,

    /// <summary>Resolve a handle.</summary>
    Resolution = 1,

    /// <summary>Ask for the site record of the server.</summary>
    GetSiteInfo = 2,

    /// <summary>Create a handle with values: <see cref="ValuesRequest"/>.</summary>
    CreateHandle = 100,

    /// <summary>Delete a handle with all its values.</summary>
    DeleteHandle = 101,

    /// <summary>Add values to a handle; none of the indexes may exist.</summary>
    AddValue = 102,

    /// <summary>Remove the values with given indexes.</summary>
    RemoveValue = 103,

    /// <summary>Replace values that have the same indexes.</summary>
    ModifyValue = 104,

    /// <summary>List the handles of a prefix.</summary>
    ListHandles = 105,

    /// <summary>Answer a challenge: <see cref="Messages.ChallengeAnswer"/>.</summary>
    ChallengeAnswer = 200,

    /// <summary>Ask a server whether the answer to a challenge is right.</summary>
    VerifyChallenge = 201,

    /// <summary>Make the server responsible for a prefix.</summary>
    HomePrefix = 300,

    /// <summary>End the server's responsibility for a prefix.</summary>
    UnhomePrefix = 301,

    /// <summary>List the prefixes that the server is responsible for.</summary>
    ListHomedPrefixes = 302,

    /// <summary>Set up a session.</summary>
    SessionSetup = 400,

    /// <summary>End a session.</summary>
    SessionTerminate = 401,

    /// <summary>Send the session key to the server.</summary>
    SessionExchangeKey = 402,

    /// <summary>Ask for the next transaction number.</summary>
    GetNextTransactionId = 1000,

    /// <summary>Read the transaction log.</summary>
    RetrieveTransactionLog = 1001,

    /// <summary>Dump all handles.</summary>
    DumpHandles = 1002,

    /// <summary>Make the server write a checkpoint.</summary>
    Backup = 1003,

    /// <summary>
    /// Log in with a password in clear (CAICT's ID-SDK). The body is a <see cref="ResolutionRequest"/> of the user with
    /// the password as its type.
    /// </summary>
    PasswordLogin = 2000,

    /// <summary>Log in once for a connection (Teleinfo's extension).</summary>
    Login = 2001,
}
