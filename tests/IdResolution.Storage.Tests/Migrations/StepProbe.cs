namespace IdResolution.Storage.Tests.Migrations;

/// <summary>What a test wants of the step in code of its nodes, and sees of it.</summary>
public sealed class StepProbe
{
    /// <summary>Rows of a page.</summary>
    public const int PageRows = 3;

    /// <summary>Another text is another step.</summary>
    public string Identity { get; init; } = "audit counts and a thousand";

    /// <summary>What the step says that it needs.</summary>
    public long Bytes { get; init; }

    /// <summary>Called in each page with its number, after its rows are changed and before it commits.</summary>
    public Action<int>? InPage { get; set; }

    /// <summary>Pages begun.</summary>
    public int Pages { get; set; }
}
