using IdResolution.Tds.Language;

namespace IdResolution.Tds;

/// <summary>The T-SQL that we write, checked without a server: Microsoft's grammar, less what we leave out.</summary>
public static class TSqlSubset
{
    /// <summary>
    /// What is wrong with a script, each with its line. <paramref name="binaryColumns"/> are those of
    /// <see cref="BinaryColumns"/>: on them no table-valued parameter may be joined.
    /// </summary>
    public static IReadOnlyList<string> FindFaults(string script, IReadOnlySet<string>? binaryColumns = null)
    {
        bool IsBinary(string table, string column) => binaryColumns?.Contains($"{table}.{column}") == true;
        var tree = Grammar.Parse(script, out var errors);
        var rules = new SubsetVisitor();
        tree?.Accept(rules);
        return
        [
            .. errors.Select(error => $"line {error.Line}: {error.Message}"),
            .. rules.Faults,
            .. rules.Joins.Select(join => join.FindFault(column => IsBinary(join.Table, column))).OfType<string>(),
        ];
    }

    /// <summary>The columns of type varbinary in the tables that a script makes, as <c>table.column</c>.</summary>
    public static IReadOnlySet<string> BinaryColumns(string script)
    {
        var found = new ColumnVisitor();
        Grammar.Parse(script, out _)?.Accept(found);
        return found.BinaryColumns;
    }
}
