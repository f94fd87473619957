namespace IdResolution.Tds;

/// <summary>An error as the server reports it to the client.</summary>
internal sealed class TSqlException(int number, string message, byte severity = 16) : Exception(message)
{
    public int Number => number;

    /// <summary>The "class" of the error; from 20 on the connection ends.</summary>
    public byte Severity => severity;

    /// <summary>Ends the statement alone: the batch goes on, unless XACT_ABORT is on or a TRY block is around it.</summary>
    public bool EndsStatementOnly => number is 515 or 547 or 1222 or 2601 or 2627 or 2628 or 8114 or 8115 or 8134;

    public static TSqlException Syntax(string token) => new(102, $"Incorrect syntax near '{token}'.", 15);

    /// <summary>What the project's T-SQL leaves out, so that every statement run here stays within it.</summary>
    public static TSqlException LeftOut(string what, string instead) => new(102, $"Left out of the T-SQL we write: {what}; {instead}.", 15);
}
