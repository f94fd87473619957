using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <content>INSERT, UPDATE and DELETE.</content>
internal sealed partial class Translator
{
    private Query Insert(InsertSpecification insert)
    {
        Refuse(insert.TopRowFilter, insert.OutputIntoClause, insert.OutputClause);
        var table = Table(insert.Target).Shape;
        var columns =
            insert.Columns.Count == 0 ? table.Columns : [.. insert.Columns.Select(column => table.Get(Name(column)))];
        var source = insert.InsertSource switch
        {
            ValuesInsertSource { IsDefaultValues: false } values => "VALUES "
                + string.Join(", ", values.RowValues.Select(row => $"({Row(table, columns, row)})")),
            SelectInsertSource { Select: var select } => InsertedQuery(table, columns, Query(select)),
            var other => throw TSqlException.Unknown(other),
        };
        var names = string.Join(", ", columns.Select(column => $"[{column.Name}]"));
        return new Query($"INSERT INTO {table.Sql} ({names}) {source}") { Kind = QueryKind.Insert };
    }

    private string Row(TableShape table, IReadOnlyList<ColumnShape> columns, RowValue row)
    {
        CheckCount(columns, row.ColumnValues.Count);
        var values = columns.Zip(row.ColumnValues, (column, value) => Assigned(table, column, Expression(value)));
        return string.Join(", ", values);
    }

    private static string InsertedQuery(TableShape table, IReadOnlyList<ColumnShape> columns, Query query)
    {
        CheckCount(columns, query.Columns!.Count);
        var names = string.Join(", ", columns.Select((_, index) => $"[c{index}]"));
        var values = columns
            .Zip(query.Columns, (column, from) => (column, from.Type))
            .Select((one, index) => Assigned(table, one.column, new Expr($"[c{index}]", one.Type)));
        return $"SELECT {string.Join(", ", values)} FROM (WITH [$s] ({names}) AS ({query.Sql}) SELECT * FROM [$s])";
    }

    private static void CheckCount(IReadOnlyList<ColumnShape> columns, int count)
    {
        if (columns.Count != count)
        {
            throw new TSqlException(213, "Column name or number of supplied values does not match table definition.");
        }
    }

    /// <summary>A value on its way into a column: of the column's type, and not longer than it.</summary>
    private static string Assigned(TableShape table, ColumnShape column, Expr value)
    {
        if (value.IsNull)
        {
            return value.Sql;
        }

        if (value.Type is { IsText: true } && column.Type!.IsBinary)
        {
            throw Incompatible(value.Type, column.Type);
        }

        var types = $"'{column.Type!.Declaration(false)}', '{value.Type?.Declaration(false)}'";
        if (value.Type == column.Type && column.Type is { IsText: false, IsBinary: false })
        {
            return value.Sql;
        }

        var assigned = $"tsql_assign({value.Sql}, {types}, '{table.Name}', '{column.Name}')";
        // The provider gives bytes without length back from a function as NULL.
        return column.Type.IsBinary
            ? $"coalesce({assigned}, CASE WHEN {value.Sql} IS NOT NULL THEN zeroblob(0) END)"
            : assigned;
    }

    private Query Update(UpdateSpecification update)
    {
        Refuse(update.TopRowFilter, update.OutputIntoClause, update.OutputClause);
        var outer = _scope;
        _scope = new Scope(outer);
        var applied = _applied.Count;
        var (table, from, alias) = Target(update);
        var sets = string.Join(", ", update.SetClauses.Select(set => Assignment(table, set)));
        var where = Where(update.WhereClause, applied);
        _scope = outer;
        var also = where.Length == 0 ? " WHERE" : $"{where} AND";
        var sql = from is null
            ? $"UPDATE {table.Sql} SET {sets}{where}"
            : $"UPDATE {table.Sql} AS [$t] SET {sets} FROM {from}{also} [$t].rowid = [{alias}].rowid";
        return new Query(sql) { Kind = QueryKind.Update };
    }

    private Query Delete(DeleteSpecification delete)
    {
        Refuse(delete.TopRowFilter, delete.OutputIntoClause, delete.OutputClause);
        var outer = _scope;
        _scope = new Scope(outer);
        var applied = _applied.Count;
        var (table, from, alias) = Target(delete);
        var where = Where(delete.WhereClause, applied);
        _scope = outer;
        where = from is null ? where : $" WHERE rowid IN (SELECT [{alias}].rowid FROM {from}{where})";
        return new Query($"DELETE FROM {table.Sql}{where}") { Kind = QueryKind.Delete };
    }

    /// <summary>What is written to: with FROM, the target is one of its tables, named by its alias.</summary>
    private (TableShape Table, string? From, string Alias) Target(UpdateDeleteSpecificationBase write)
    {
        if (write.FromClause is { } clause)
        {
            var from = Sources(clause);
            return write.Target is NamedTableReference { SchemaObject.BaseIdentifier.Value: var alias }
                ? (_scope.Get(alias), from, alias)
                : throw TSqlException.Unknown(write.Target);
        }

        var table = Table(write.Target).Shape;
        // By the table, so that an inner query with a column of that name means the outer one.
        _scope.Add(table.Name, table with { ColumnSql = column => $"{table.Sql}.[{column}]" });
        return (table, null, table.Name);
    }

    private string Assignment(TableShape table, SetClause clause)
    {
        if (clause is not AssignmentSetClause { AssignmentKind: AssignmentKind.Equals, Column: { } target } set)
        {
            throw TSqlException.Unknown(clause);
        }

        var column = table.Get(Name(target));
        return $"[{column.Name}] = {Assigned(table, column, Expression(set.NewValue))}";
    }
}
