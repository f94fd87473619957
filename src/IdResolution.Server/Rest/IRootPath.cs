namespace IdResolution.Server.Rest;

/// <summary>
/// Answers paths at the root that belong to no API, such as the URLs in QR codes. Implementations are asked in the
/// order of their registration.
/// </summary>
internal interface IRootPath
{
    /// <summary>Answers the request. Null if this implementation does not handle the path.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">The raw target of the request. It begins with a slash.</param>
    Task? TryAnswer(HttpContext context, string target);
}
