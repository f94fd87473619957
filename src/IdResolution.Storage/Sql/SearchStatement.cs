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
        And(Statements.SearchTemplate, "Template", query.Template);
        And(Statements.SearchSource, "Source", Text(query.Source));
        And(Statements.SearchSourceKey, "SourceKey", Text(query.SourceKey));
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
