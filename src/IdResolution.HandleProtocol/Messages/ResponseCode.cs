namespace IdResolution.HandleProtocol.Messages;

/// <summary>Response codes (RFC 3652 §2.2.2.2).</summary>
public enum ResponseCode
{
    /// <summary>In requests.</summary>
    None = 0,

    /// <summary>Done.</summary>
    Success = 1,

    /// <summary>Failed for a reason that no other code names.</summary>
    Error = 2,

    /// <summary>Try again later.</summary>
    ServerBusy = 3,

    /// <summary>The message breaks the protocol.</summary>
    ProtocolError = 4,

    /// <summary>The operation is not supported.</summary>
    OperationNotSupported = 5,

    /// <summary>Too many recursions.</summary>
    RecursionCountTooHigh = 6,

    /// <summary>The server is being maintained.</summary>
    ServerBackup = 7,

    /// <summary>No such handle.</summary>
    HandleNotFound = 100,

    /// <summary>The handle exists already.</summary>
    HandleExists = 101,

    /// <summary>The handle is malformed.</summary>
    InvalidHandle = 102,

    /// <summary>The handle exists and has no such value.</summary>
    ValuesNotFound = 200,

    /// <summary>The value exists already.</summary>
    ValueExists = 201,

    /// <summary>The value is malformed or not allowed.</summary>
    InvalidValue = 202,

    /// <summary>The client knows an old site record.</summary>
    SiteInfoOutOfDate = 300,

    /// <summary>Not responsible for the handle.</summary>
    NotResponsible = 301,

    /// <summary>Another service is responsible.</summary>
    ServiceReferral = 302,

    /// <summary>The prefix is delegated.</summary>
    PrefixReferral = 303,

    /// <summary>Not an administrator.</summary>
    InvalidAdministrator = 400,

    /// <summary>The administrator has not the right.</summary>
    InsufficientPermissions = 401,

    /// <summary>A challenge follows.</summary>
    AuthenticationNeeded = 402,

    /// <summary>The answer to the challenge is wrong.</summary>
    AuthenticationFailed = 403,

    /// <summary>The credential is of no use.</summary>
    InvalidCredential = 404,

    /// <summary>The challenge is no longer known.</summary>
    AuthenticationTimedOut = 405,

    /// <summary>Authentication could not be done.</summary>
    AuthenticationError = 406,

    /// <summary>The session is over or unknown.</summary>
    SessionTimeout = 500,

    /// <summary>The session failed.</summary>
    SessionFailed = 501,

    /// <summary>The session key is not right.</summary>
    InvalidSessionKey = 502,

    /// <summary>A session needs an RSA key.</summary>
    RsaKeyNeeded = 503,

    /// <summary>The session cannot be set up so.</summary>
    InvalidSessionSetup = 504,

    /// <summary>The message was seen before.</summary>
    SessionMessageRejected = 505,

    /// <summary>The client's channel failed (Teleinfo; never sent by a server).</summary>
    ClientChannelError = 601,

    /// <summary>The client gave up waiting (Teleinfo; never sent by a server).</summary>
    ClientTimeout = 602,

    /// <summary>The day's requests are used up (Teleinfo).</summary>
    DailyRequestLimit = 603,

    /// <summary>The registrations are used up (Teleinfo).</summary>
    RegistrationLimit = 604,

    /// <summary>The prefix's limit is reached (Teleinfo).</summary>
    PrefixLimit = 605,
}
