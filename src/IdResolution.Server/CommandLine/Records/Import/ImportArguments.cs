namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>The arguments of an import that say what the columns of the file mean.</summary>
internal sealed record ImportArguments
{
    public required string Template { get; init; }

    /// <summary>Each is <c>attribute=column</c>.</summary>
    public IReadOnlyList<string> Map { get; init; } = [];

    public string? IdentifierColumn { get; init; }

    public string? Source { get; init; }

    public string? SourceColumn { get; init; }

    public string? SourceKeyColumn { get; init; }
}
