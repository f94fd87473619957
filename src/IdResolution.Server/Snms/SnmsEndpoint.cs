using IdResolution.Core.Access;

namespace IdResolution.Server.Snms;

/// <summary>A call of the SNMS protocol, as metadata of its endpoint.</summary>
/// <param name="Operation">Its name in telemetry and in the audit log.</param>
/// <param name="Needed">The lowest role that may make it; anonymous for the log-ins.</param>
/// <param name="Answer">Runs it.</param>
internal sealed record SnmsEndpoint(string Operation, Role Needed, Func<HttpContext, Task<SnmsReply>> Answer)
{
    /// <summary>True for a call about templates, whose failures within the node have a text of their own.</summary>
    public bool IsOfTemplates { get; init; }
}
