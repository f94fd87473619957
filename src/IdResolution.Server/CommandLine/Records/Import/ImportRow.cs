using IdResolution.Core.Registration;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>A row as read.</summary>
/// <param name="Number">1 and up.</param>
/// <param name="Cells">As they were.</param>
/// <param name="Request">What to register; null where the row cannot be read.</param>
/// <param name="Fault">Why not.</param>
internal sealed record ImportRow(long Number, string[] Cells, RegistrationRequest? Request, string? Fault);
