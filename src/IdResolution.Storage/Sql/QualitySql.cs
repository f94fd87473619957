using Dapper;
using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>
/// Puts together the statements that count the quality archive. What a group has in common is computed in a common
/// table expression, so that both engines group by plain columns.
/// </summary>
internal sealed class QualitySql
{
    // Days since 0001-01-01, so that they are positive.
    private const long DayMicros = 86_400_000_000;
    private const long EpochDay = 719_162;

    // An event counts once, whatever lines its machines are of.
    private const string OfFirstMachine = """
         LEFT JOIN event_members c ON c.event = q.event AND c.role = 7 AND NOT EXISTS (
            SELECT 1 FROM event_members f WHERE f.event = q.event AND f.role = 7 AND f.[row] < c.[row]
        )
        """;

    private const string OfItem =
        " LEFT JOIN event_members i ON i.event = q.event AND i.role = q.role AND i.[row] = q.member";
    private const string OfRecord = " LEFT JOIN records r ON r.object = i.item";

    // No earlier inspection of the item at the step. Roles are those of subjects.
    private const string IsOnce = """
        CASE WHEN EXISTS (
            SELECT 1 FROM event_members m
            WHERE m.item = i.item AND m.role IN (2, 3, 4, 5, 13, 14, 1) AND m.[time] <= q.[time]
                AND (m.[time] < q.[time] OR m.event < q.event)
                AND EXISTS (
                    SELECT 1 FROM quality p
                    WHERE p.kind = 1 AND p.[time] = m.[time] AND p.event = m.event
                        AND p.role = m.role AND p.member = m.[row] AND p.step = q.step
                )
        ) THEN 0 ELSE 1 END
        """;

    private const string LeastValues = """
        , o (k1, k2, name, unit, origin) AS (
            SELECT x.k1, x.k2, x.name, x.unit, MIN(x.value) FROM x GROUP BY x.k1, x.k2, x.name, x.unit
        )
        """;

    private const string OfGroup = " JOIN o ON o.k1 = x.k1 AND o.k2 = x.k2 AND o.name = x.name AND o.unit = x.unit";

    private const string IsBeyond = "CASE WHEN q.value < q.low OR q.value > q.high THEN 1 ELSE 0 END";

    private const string Counts = "COUNT(*), SUM(x.beyond)";

    // With the alias of what has the origin.
    private const string Sums = """
        SUM(CASE WHEN x.value IS NULL THEN 0 ELSE 1 END), SUM(x.value), MIN(x.value), MAX(x.value),
        MIN({0}.origin), MAX({0}.origin),
        SUM(x.value - {0}.origin), SUM((x.value - {0}.origin) * (x.value - {0}.origin)),
        SUM(CASE WHEN x.low IS NULL THEN 0 ELSE 1 END), MIN(x.low), MAX(x.low),
        SUM(CASE WHEN x.high IS NULL THEN 0 ELSE 1 END), MIN(x.high), MAX(x.high)
        """;

    private readonly QualityQuery _query;
    private readonly ISqlDialect _dialect;
    private readonly List<string> _keys = [];
    private readonly HashSet<string> _joins = [];

    public QualitySql(QualityQuery query, ISqlDialect dialect)
    {
        (_query, _dialect) = (query, dialect);
        foreach (var dimension in query.By)
        {
            _keys.Add(Key(dimension));
        }
        if (_keys.Count == 1)
        {
            _keys.Add("0");
        }
    }

    /// <summary>The parameters of the statement that was made.</summary>
    public DynamicParameters Parameters { get; } = new();

    public string Inspections()
    {
        _joins.Add(OfItem);
        return Whole(
            QualityKind.Inspection,
            "failed, once",
            $"q.value, {IsOnce}",
            "COUNT(*), SUM(x.failed), SUM(x.once), SUM(CASE WHEN x.failed = 0 THEN x.once ELSE 0 END)",
            ""
        );
    }

    public string Measurements() => Whole(QualityKind.Measurement, "beyond", IsBeyond, Counts, "");

    /// <summary>
    /// What values come to, by characteristic and unit. Distances are reckoned from a limit, or exactly: from the least
    /// value of each group, which is read before.
    /// </summary>
    public string MeasuredValues(bool isExact) =>
        Whole(
            QualityKind.Measurement,
            "name, unit, value, low, high, origin, beyond",
            $"q.name, q.unit, q.value, q.low, q.high, COALESCE(q.low, q.high, 0), {IsBeyond}",
            $"{Counts}, {Sums.Replace("{0}", isExact ? "o" : "x", StringComparison.Ordinal)}",
            ", x.name, x.unit",
            isExact
        );

    public string Defects() => Whole(QualityKind.Defect, "name, value", "q.name, q.value", "SUM(x.value)", ", x.name");

    private string Whole(
        QualityKind kind,
        string columns,
        string values,
        string sums,
        string also,
        bool withLeast = false
    )
    {
        Parameters.Add("kind", (long)kind);
        Parameters.Add("from", _query.From);
        Parameters.Add("to", _query.To);
        Parameters.Add("limit", _query.Limit);
        var where = Conditions(kind);
        // A join of records needs that of items before it.
        var joins = string.Concat(_joins.Order(StringComparer.Ordinal));
        return $"""
            WITH x (k1, k2, {columns}) AS (
                SELECT {_keys[0]}, {_keys[1]}, {values} FROM quality q{joins}
                WHERE q.kind = @kind AND q.[time] >= @from AND q.[time] < @to{where}
            ){(withLeast ? LeastValues : "")}
            SELECT x.k1, x.k2, {sums}{also} FROM x{(withLeast ? OfGroup : "")}
            GROUP BY x.k1, x.k2{also} ORDER BY x.k1, x.k2{also}{_dialect.Limit}
            """;
    }

    private string Conditions(QualityKind kind)
    {
        var sql = "";
        if (_query.Step is { } step)
        {
            sql += " AND q.step = @step";
            Parameters.Add("step", _dialect.Text(step));
        }
        if (_query.Template is { } template)
        {
            _joins.Add(OfItem);
            _joins.Add(OfRecord);
            sql += " AND r.template = @template";
            Parameters.Add("template", template);
        }
        if (_query.Equipment is { } machine)
        {
            // 7, 8: equipment and tool. In the subquery the machine would lead a planner to all of its events.
            sql += " AND @machine IN (SELECT e.item FROM event_members e WHERE e.event = q.event AND e.role IN (7, 8))";
            Parameters.Add("machine", machine);
        }
        if ((kind == QualityKind.Measurement ? _query.Characteristic : _query.Defect) is { } name)
        {
            sql += " AND q.name = @name";
            Parameters.Add("name", _dialect.Text(name));
        }
        return sql;
    }

    private string Key(QualityDimension dimension)
    {
        switch (dimension)
        {
            case QualityDimension.Day or QualityDimension.Month:
                return Day();
            case QualityDimension.Week:
                // 0001-01-01 was a Monday.
                Parameters.Add("week", 7L);
                return $"{Day()} / @week * @week";
            case QualityDimension.Line when !_query.By.Contains(QualityDimension.Machine):
                _joins.Add(OfFirstMachine);
                return "COALESCE(c.item, 0)";
            case QualityDimension.Line or QualityDimension.Machine:
                _joins.Add(" LEFT JOIN event_members a ON a.event = q.event AND a.role = 7");
                return "COALESCE(a.item, 0)";
            case QualityDimension.Tool:
                _joins.Add(" LEFT JOIN event_members b ON b.event = q.event AND b.role = 8");
                return "COALESCE(b.item, 0)";
            case QualityDimension.Supplier:
                return Supplier();
            case QualityDimension.Step:
                return "q.step";
            case QualityDimension.Template:
                _joins.Add(OfItem);
                _joins.Add(OfRecord);
                return "COALESCE(r.template, '')";
            default:
                return "q.name";
        }
    }

    private string Supplier()
    {
        _joins.Add(OfItem);
        _joins.Add(OfRecord);
        if (_query.SupplierTemplates.Count == 0)
        {
            return "0";
        }
        Parameters.Add("suppliers", _query.SupplierTemplates);
        return "CASE WHEN r.template IN @suppliers THEN i.item ELSE 0 END";
    }

    private string Day()
    {
        var clock = _query.Clock;
        Parameters.Add("day", DayMicros);
        var offset = "";
        for (var i = 0; i < clock.Count; i++)
        {
            Parameters.Add($"offset{i}", clock[i].Offset + (EpochDay * DayMicros));
            if (i < clock.Count - 1)
            {
                Parameters.Add($"until{i}", clock[i].Until);
                offset += $" WHEN q.[time] < @until{i} THEN @offset{i}";
            }
        }
        var last = $"@offset{clock.Count - 1}";
        return $"(q.[time] + {(offset.Length == 0 ? last : $"CASE{offset} ELSE {last} END")}) / @day";
    }
}
