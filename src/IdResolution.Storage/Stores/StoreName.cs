namespace IdResolution.Storage.Stores;

/// <summary>A database as telemetry calls it.</summary>
/// <param name="System">OpenTelemetry's <c>db.system.name</c>.</param>
/// <param name="Namespace">The database's name.</param>
internal sealed record StoreName(string System, string Namespace);
