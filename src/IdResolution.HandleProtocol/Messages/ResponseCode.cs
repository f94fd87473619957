namespace IdResolution.HandleProtocol.Messages;

/// <summary>The response codes (RFC 3652 §2.2.2.2).</summary>
public enum ResponseCode
{
    /// <summary>Used in requests.</summary>
    None = 0,

    /// <summary>The operation succeeded.</summary>
    Success = 1,

    /// <summary>The operation failed for a reason that has no code of its own.</summary>
    Error = 2,

    /// <summary>The server is busy; try again later.</summary>
    ServerBusy = 3,

    /// <summary>The message breaks the protocol.</summary>
    ProtocolError = 4,

    /// <summary>The server does not support the operation, or not for this handle.</summary>
    OperationNotSupported = 5,

    /// <summary>The request was passed on too often.</summary>
    RecursionCountTooHigh = 6,

    /// <summary>The server is under maintenance.</summary>
    ServerBackup = 7,

    /// <summary>The handle does not exist.</summary>
    HandleNotFound = 100,

    /// <summary>The handle exists already.</summary>
    HandleExists = 101,

    /// <summary>The handle is malformed.</summary>
    InvalidHandle = 102,

    /// <summary>The handle exists, but has none of the values.</summary>
    ValuesNotFound = 200,

    /// <summary>The value exists already.</summary>
    ValueExists = 201,

    /// <summary>The value is malformed or not allowed.</summary>
    InvalidValue = 202,

    /// <summary>The client's site record is out of date.</summary>
    SiteInfoOutOfDate = 300,

    /// <summary>The server is not responsible for the handle.</summary>
    NotResponsible = 301,

    /// <summary>Another service is responsible.</summary>
    ServiceReferral = 302,

    /// <summary>The prefix is delegated to another service.</summary>
    PrefixReferral = 303,

    /// <summary>The identity is not an administrator of the handle.</summary>
    InvalidAdministrator = 400,

    /// <summary>The administrator does not have the right.</summary>
    InsufficientPermissions = 401,

    /// <summary>The response is a challenge, which must be answered.</summary>
    AuthenticationNeeded = 402,

    /// <summary>The answer to the challenge is wrong.</summary>
    AuthenticationFailed = 403,

    /// <summary>The credential cannot be used.</summary>
    InvalidCredential = 404,

    /// <summary>The server no longer knows the challenge.</summary>
    AuthenticationTimedOut = 405,

    /// <summary>The server could not carry out the authentication.</summary>
    AuthenticationError = 406,

    /// <summary>The client must log in first (CAICT's ID-SDK).</summary>
    NotLoggedIn = 408,

    /// <summary>The session has ended or is not known.</summary>
    SessionTimeout = 500,

    /// <summary>The session failed, for example because a MAC is not supported.</summary>
    SessionFailed = 501,

    /// <summary>The session key is wrong.</summary>
    InvalidSessionKey = 502,

    /// <summary>A session needs an RSA key.</summary>
    RsaKeyNeeded = 503,

    /// <summary>The session cannot be set up in this way.</summary>
    InvalidSessionSetup = 504,

    /// <summary>The message repeats one that was received before.</summary>
    SessionMessageRejected = 505,

    /// <summary>The client's connection failed (Teleinfo; never sent by a server).</summary>
    ClientChannelError = 601,

    /// <summary>The client gave up waiting (Teleinfo; never sent by a server).</summary>
    ClientTimeout = 602,

    /// <summary>The daily limit of requests is reached (Teleinfo).</summary>
    DailyRequestLimit = 603,

    /// <summary>The limit of registrations is reached (Teleinfo).</summary>
    RegistrationLimit = 604,

    /// <summary>The limit of the prefix is reached (Teleinfo).</summary>
    PrefixLimit = 605,
}
