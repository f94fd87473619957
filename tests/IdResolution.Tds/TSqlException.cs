using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds;

/// <summary>An error as the server reports it to the client.</summary>
internal sealed class TSqlException(int number, string message, byte severity = 16) : Exception(message)
{
    public int Number => number;

    /// <summary>The "class" of the error; from 20 on the connection ends.</summary>
    public byte Severity => severity;

    /// <summary>Ends the statement alone: the batch goes on, unless XACT_ABORT is on.</summary>
    public bool EndsStatementOnly => number is 515 or 1222 or 2601 or 2627 or 2628 or 8114 or 8115;

    /// <summary>It may be this server that is at fault, so its text must reach who reads a failed test.</summary>
    public bool IsOfThisServer => number is 102 or 50000;

    public static TSqlException Syntax(string message) => new(102, message, 15);

    /// <summary>What this test server was not made for: the README says where its scope ends.</summary>
    public static TSqlException Unknown(TSqlFragment fragment)
    {
        var tokens = fragment.ScriptTokenStream.Take(fragment.FirstTokenIndex..(fragment.LastTokenIndex + 1));
        var text = $"{fragment.GetType().Name} '{string.Concat(tokens.Select(token => token.Text))}'";
        return Syntax($"Outside this test server's scope (line {fragment.StartLine}): {text}.");
    }
}
