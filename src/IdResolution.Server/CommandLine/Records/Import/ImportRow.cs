using IdResolution.Core.Primitives;
using IdResolution.Core.Registration;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>A row of the file and its registration.</summary>
/// <param name="Number">Row number from 1; the header is not counted.</param>
/// <param name="Cells">The cells as in the file.</param>
/// <param name="Request">The registration; null if the row cannot be read.</param>
/// <param name="Fault">Why the row cannot be read; null if it can.</param>
internal sealed record ImportRow(long Number, string[] Cells, RegistrationRequest? Request, Text? Fault);
