using System.Text;
using Dapper;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>The SQL of a search. It contains only the conditions that the query has.</summary>
internal sealed class SearchStatement
{
    private readonly StringBuilder _sql = new(Statements.Search);
    private readonly ISqlEngine _engine;

    public SearchStatement(ISqlEngine engine, RecordQuery query)
    {
        _engine = engine;
        Parameters.Add("After", query.After);
        Parameters.Add("limit", query.Limit);
        if (query.Below is { CoveredKeys: var covered })
        {
            And(Statements.SearchKeys, "KeysFrom", engine.Dialect.Bytes(covered.From.Bytes));
            Parameters.Add("KeysBefore", engine.Dialect.Bytes(covered.Before.Bytes));
        }
        And(Statements.SearchTemplate, "Template", query.Template);
        AndSources(query.Sources);
        AndKeys(query.Keys);
        And(Statements.SearchCreatedFrom, "CreatedFrom", query.CreatedFrom);
        And(Statements.SearchCreatedBefore, "CreatedBefore", query.CreatedBefore);
        And(Statements.SearchUpdatedFrom, "UpdatedFrom", query.UpdatedFrom);
        if (query.AttributeIndex is { } attribute)
        {
            AndAttribute(attribute, query.From ?? "", query.Before);
        }
        Sql = _sql.Append(Statements.SearchOrder).Append(engine.Dialect.Limit).ToString();
    }

    public string Sql { get; }

    public DynamicParameters Parameters { get; } = new();

    private void AndSources(IReadOnlyList<long>? sources)
    {
        if (sources is null)
        {
            return;
        }
        var names = new List<string>();
        foreach (var source in sources)
        {
            names.Add(Named("Source", source));
        }
        _sql.Append(" AND EXISTS (SELECT 1 FROM business_keys k WHERE k.object = r.object AND k.source IN (")
            .AppendJoin(", ", names)
            .Append("))");
    }

    private void AndKeys(IReadOnlyList<SideRow>? keys)
    {
        if (keys is null || keys.Count == 0)
        {
            return;
        }
        var conditions = keys.Select(
            (key, i) =>
                $"(source = {Named("KeySource", key.Values[0].Number)} "
                + $"AND folded = {Named("Folded", _engine.Dialect.Bytes(key.Values[1].Bytes))} "
                + $"AND form = {Named("Form", key.Values[2].Number)})"
        );
        _sql.Append(" AND r.object IN (SELECT object FROM business_keys WHERE ")
            .AppendJoin(" OR ", conditions.ToList())
            .Append(')');
    }

    /// <summary>Adds a parameter, and gives its name with its number among all.</summary>
    private string Named(string name, object value)
    {
        name += Parameters.ParameterNames.Count();
        Parameters.Add(name, value);
        return "@" + name;
    }

    private void AndAttribute(int attribute, string from, string? before)
    {
        Parameters.Add("AttributeIndex", (long)attribute);
        And(Statements.SearchFrom, "From", Text(from));
        if (before is not null && before.EndsWith('\0'))
        {
            And(Statements.SearchUpTo, "Before", Text(before[..^1]));
        }
        else
        {
            And(Statements.SearchBefore, "Before", Text(before));
        }
        _sql.Append(')');
    }

    private void And(string condition, string parameter, object? value)
    {
        if (value is not null)
        {
            _sql.Append(condition);
            Parameters.Add(parameter, value);
        }
    }

    private SqlMapper.ICustomQueryParameter? Text(string? text) => text is null ? null : _engine.Dialect.Text(text);
}
