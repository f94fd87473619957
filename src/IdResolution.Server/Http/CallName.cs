namespace IdResolution.Server.Http;

/// <summary>
/// Metadata of a route outside <c>/api/v1</c>: its name in telemetry and in the audit log. Names are constants, so that
/// callers cannot put text of their own there.
/// </summary>
/// <param name="FrontEnd">The front end, such as <c>page</c>.</param>
/// <param name="Operation">The operation, such as <c>resolve</c>.</param>
internal sealed record CallName(string FrontEnd, string Operation);
