namespace IdResolution.Server.Handle.Http;

/// <summary>The calls of the interface, by their paths.</summary>
internal enum HttpRoute
{
    /// <summary><c>/api/handles</c>, a list.</summary>
    Handles,

    /// <summary><c>/api/handles/{handle}</c>.</summary>
    Handle,

    /// <summary><c>/api/prefixes</c>, a list.</summary>
    Prefixes,

    /// <summary><c>/api/prefixes/{prefix}</c>.</summary>
    Prefix,

    /// <summary><c>/api/site</c>.</summary>
    Site,

    /// <summary><c>/api/verifications/{index:handle}</c>.</summary>
    Verification,

    /// <summary><c>/api/sessions</c>.</summary>
    Sessions,

    /// <summary><c>/api/sessions/this</c>.</summary>
    Session,
}
