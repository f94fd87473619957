using IdResolution.Tds.Language;

namespace IdResolution.Tds;

/// <summary>The T-SQL that the project writes, checked without a server.</summary>
public static class TSqlSubset
{
    /// <summary>What keeps a batch from being T-SQL of the subset; null where nothing does. Names of tables and columns are not looked up.</summary>
    public static string? FindFault(string batch)
    {
        try
        {
            BatchParser.Read(Tokenizer.Read(batch));
            return null;
        }
        catch (TSqlException error)
        {
            return error.Message;
        }
    }
}
