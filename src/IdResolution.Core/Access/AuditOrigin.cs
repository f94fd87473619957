namespace IdResolution.Core.Access;

/// <summary>What every line of a process says of it.</summary>
/// <param name="Node">The name of the process among the nodes of the store.</param>
/// <param name="OsUser">The user of the operating system who runs a verb; null where nobody does.</param>
public sealed record AuditOrigin(string Node, string? OsUser);
