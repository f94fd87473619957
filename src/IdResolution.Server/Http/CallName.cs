namespace IdResolution.Server.Http;

/// <summary>
/// What telemetry and the audit call a route that is no call of REST, as its metadata. Fixed words: nothing that a
/// caller could make up.
/// </summary>
/// <param name="FrontEnd">The front end, such as <c>page</c>.</param>
/// <param name="Operation">What it does, such as <c>resolve</c>.</param>
internal sealed record CallName(string FrontEnd, string Operation);
