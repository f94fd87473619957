namespace IdResolution.Core.Errors;

/// <summary>Every outcome a caller can be refused with. Each front end maps each code once, in one table.</summary>
public enum ErrorCode
{
    /// <summary>The identifier breaks a rule of <see cref="Identifiers.Identifier"/>.</summary>
    InvalidIdentifier,

    /// <summary>A value is missing, of the wrong type, out of range or unknown.</summary>
    InvalidValue,

    /// <summary>No such identifier or object.</summary>
    NotFound,

    /// <summary>The record exists, the value asked for does not.</summary>
    ValueNotFound,

    /// <summary>The identifier was revoked; a tombstone stands in its place.</summary>
    Revoked,

    /// <summary>The identifier or object exists already with other content.</summary>
    AlreadyExists,

    /// <summary>The record has a value at that index already.</summary>
    ValueAlreadyExists,

    /// <summary>The business key is bound to another content or another identifier.</summary>
    KeyConflict,

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

    /// <summary>Body, record or batch beyond its limit.</summary>
    TooLarge,

    /// <summary>Rate limit exceeded.</summary>
    TooMany,

    /// <summary>A part that is needed (store, upstream) does not answer now.</summary>
    Unavailable,

    /// <summary>The request cannot be read.</summary>
    Malformed,

    /// <summary>The media type of the request body is not one the call takes.</summary>
    UnsupportedMediaType,

    /// <summary>A known thing that this node does not do.</summary>
    NotSupported,

    /// <summary>No room left for the database.</summary>
    StorageFull,

    /// <summary>A coding rule's sequence has no number left.</summary>
    SequenceExhausted,

    /// <summary>The template has no published version.</summary>
    NotPublished,

    /// <summary>A fault of the node; logged with a trace id, its text not sent.</summary>
    Internal,
}
