using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>A batch's statements, and the columns in it that a table-valued parameter is joined on.</summary>
internal sealed record ParsedBatch(IReadOnlyList<TSqlStatement> Statements, IReadOnlyList<ParameterJoin> Joins);
