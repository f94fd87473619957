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
        var tree = Grammar.Parse(script, out var errors);
        var rules = new SubsetVisitor();
        tree?.Accept(rules);
        var joins = rules.Joins.Where(join => binaryColumns?.Contains($"{join.Table}.{join.Column}") == true);
        return
        [
            .. errors.Select(error => $"line {error.Line}: {error.Message}"),
            .. rules.Faults,
            .. joins.Select(join => join.Fault),
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
