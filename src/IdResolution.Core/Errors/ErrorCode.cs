namespace IdResolution.Core.Errors;

/// <summary>The reasons for which a caller can be refused. Each front end maps each code once, in one table.</summary>
public enum ErrorCode
{
    /// <summary>The identifier breaks a rule of <see cref="Identifiers.Identifier"/>.</summary>
    InvalidIdentifier,

    /// <summary>A value is missing, of the wrong type, out of range or unknown.</summary>
    InvalidValue,

    /// <summary>There is no such identifier or object.</summary>
    NotFound,

    /// <summary>
    /// There is no such identifier, and its check characters do not fit. <see cref="Error.Proposals"/> may name what is
    /// meant.
    /// </summary>
    Mistyped,

    /// <summary>The record exists, but not the value asked for.</summary>
    ValueNotFound,

    /// <summary>The identifier was revoked; a tombstone stands in its place.</summary>
    Revoked,

    /// <summary>The identifier or object exists already with other content.</summary>
    AlreadyExists,

    /// <summary>The record has a value at that index already.</summary>
    ValueAlreadyExists,

    /// <summary>The business key is bound to another content or another identifier.</summary>
    KeyConflict,

    /// <summary>Something is held that is to be used, or to be printed a label of.</summary>
    Held,

    /// <summary>The version named by the caller is not the current one.</summary>
    VersionConflict,

    /// <summary>A key is needed and none was given.</summary>
    Unauthenticated,

    /// <summary>The key given is unknown, revoked or expired.</summary>
    AuthenticationFailed,

    /// <summary>The caller's role does not allow this.</summary>
    Forbidden,

    /// <summary>No value of a handle, and no setting, names the caller as an administrator.</summary>
    NotAdministrator,

    /// <summary>The prefix is not homed on this node.</summary>
    NotResponsible,

    /// <summary>The body, record or batch is larger than its limit.</summary>
    TooLarge,

    /// <summary>A rate limit was exceeded. <see cref="Error.RetryAfter"/> says how long to wait.</summary>
    TooMany,

    /// <summary>The store, or another service that is needed, does not answer now.</summary>
    Unavailable,

    /// <summary>The request cannot be read.</summary>
    Malformed,

    /// <summary>The call does not take the media type of the request body.</summary>
    UnsupportedMediaType,

    /// <summary>The path is served, but not with the request's method.</summary>
    MethodNotAllowed,

    /// <summary>The request is understood, but this node does not support it.</summary>
    NotSupported,

    /// <summary>There is no room left for the database.</summary>
    StorageFull,

    /// <summary>A coding rule's sequence has no number left.</summary>
    SequenceExhausted,

    /// <summary>The template has no published version.</summary>
    NotPublished,

    /// <summary>
    /// The cursor is of another log, or beyond the end. <see cref="Error.Resume"/> says where to go on.
    /// </summary>
    LogRestarted,

    /// <summary>The store came back from a backup, and its log was not restarted yet. Reading still works.</summary>
    StoreRestored,

    /// <summary>A fault of the node. It is logged with a trace id, and its text is not sent.</summary>
    Internal,
}
