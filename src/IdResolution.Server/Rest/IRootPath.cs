namespace IdResolution.Server.Rest;

/// <summary>
/// Takes paths at the root that are no call of an API, such as what codes on items point to. They are asked in the
/// order
/// in which they are registered.
/// </summary>
internal interface IRootPath
{
    /// <summary>Answers the request, or null where the path is not of this kind.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">Its raw target, which begins with a slash.</param>
    Task? TryAnswer(HttpContext context, string target);
}
