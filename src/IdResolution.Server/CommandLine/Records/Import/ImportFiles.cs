namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>A file that is imported, and those beside it.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Bad">The path of the file of what was refused.</param>
/// <param name="Progress">The path of the file that says where an interrupted import stopped.</param>
internal sealed record ImportFiles(string Path, string Bad, string Progress);
