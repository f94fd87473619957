namespace IdResolution.Tds.Engine;

/// <summary>What the functions called from SQLite share with the session that runs the statement.</summary>
internal sealed class FunctionContext
{
    /// <summary>The error that a function ended with; SQLite itself carries no more than a text.</summary>
    public TSqlException? Failure { get; set; }
}
