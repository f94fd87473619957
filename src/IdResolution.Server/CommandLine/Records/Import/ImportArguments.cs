namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>What the command line says about the columns of a file.</summary>
internal sealed record ImportArguments
{
    public required string Template { get; init; }

    /// <summary><c>attribute=column</c> each.</summary>
    public IReadOnlyList<string> Map { get; init; } = [];

    public string? IdentifierColumn { get; init; }

    public string? Source { get; init; }

    public string? SourceColumn { get; init; }

    public string? SourceKeyColumn { get; init; }
}
