using IdResolution.Core.Access;

namespace IdResolution.Server.Hosting.Auditing;

/// <summary>A place outside the node that lines of the audit log are sent to. Used by one caller at a time.</summary>
internal interface IAuditSink
{
    /// <summary>The name under which the store keeps how far it is.</summary>
    string Name { get; }

    /// <summary>True if it gets what is there when it is first set up; false for what comes from then on.</summary>
    bool BeginsAtFirst { get; }

    /// <summary>The number of the last line sent of which nothing says that it was lost.</summary>
    long Sent { get; }

    /// <summary>Sends lines.</summary>
    /// <exception cref="IOException">They cannot be sent. What was sent and not counted yet is lost.</exception>
    Task SendAsync(IReadOnlyList<AuditEvent> lines, CancellationToken cancellationToken);
}
