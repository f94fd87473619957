using System.Data;
using System.Globalization;
using System.Text;
using Dapper;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>The quality archive, for both engines.</summary>
internal sealed class QualityStore(ISqlEngine engine) : IQualityStore
{
    // Rows in one statement: a server saves round trips, and SQLite looks for each parameter among all.
    private const int RowsAtOnce = 20;

    // Of the sum of squares: as much as this leaves half of a double's digits.
    private const double LeastShare = 1e-6;

    private const string Columns = "kind, [time], event, [row], role, member, step, name, unit, value, low, high";

    /// <inheritdoc/>
    public Task<bool> KeepFromLogAsync(
        LogMove move,
        IReadOnlyList<QualityEntry> entries,
        CancellationToken cancellationToken
    ) => engine.MoveAsync("archive quality", move, session => KeepAsync(session, entries), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<InspectionGroup>> InspectionsAsync(
        QualityQuery query,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            "count inspections",
            query,
            static sql => sql.Inspections(),
            static row => new InspectionGroup(
                KeyOf(row, 0),
                KeyOf(row, 1),
                Whole(row, 2),
                Whole(row, 3),
                Whole(row, 4),
                Whole(row, 5)
            ),
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<MeasurementGroup>> MeasurementsAsync(
        QualityQuery query,
        CancellationToken cancellationToken
    )
    {
        if (query.Characteristic is null && !query.By.Contains(QualityDimension.Characteristic))
        {
            return await ReadAsync(
                "count measurements",
                query,
                static sql => sql.Measurements(),
                CountsOf,
                cancellationToken
            );
        }
        var losesDigits = false;
        var groups = await SumUpAsync(isExact: false);
        return losesDigits ? await SumUpAsync(isExact: true) : groups;

        ValueTask<IReadOnlyList<MeasurementGroup>> SumUpAsync(bool isExact) =>
            ReadAsync(
                "sum measurements up",
                query,
                sql => sql.MeasuredValues(isExact),
                row =>
                {
                    losesDigits |= LosesDigits(row);
                    return new MeasurementGroup(
                        KeyOf(row, 0),
                        KeyOf(row, 1),
                        KeyOf(row, 18).Text,
                        KeyOf(row, 19).Text,
                        SumsOf(row)
                    );
                },
                cancellationToken
            );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DefectGroup>> DefectsAsync(
        QualityQuery query,
        CancellationToken cancellationToken
    ) =>
        ReadAsync(
            "count defects",
            query,
            static sql => sql.Defects(),
            static row => new DefectGroup(KeyOf(row, 0), KeyOf(row, 1), KeyOf(row, 3).Text, Number(row, 2) ?? 0),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<bool> IsNamedAsync(QualityKind kind, string name, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters();
        parameters.Add("kind", (long)kind);
        parameters.Add("name", engine.Dialect.Text(name));
        return engine.ReadAsync(
            "find a characteristic or defect",
            async session => await session.ScalarAsync<long>(QualityStatements.IsNamed, parameters) > 0,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsStepAsync(string step, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters();
        parameters.Add("step", engine.Dialect.Text(step));
        return engine.ReadAsync(
            "find a step",
            async session => await session.ScalarAsync<long>(QualityStatements.IsStep, parameters) > 0,
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StepCount>> StepsAsync(StepQuery query, CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "count steps",
            session =>
                session.ReadAsync(
                    QualityStatements.Steps + engine.Dialect.Limit,
                    ParametersOf(query),
                    static row => new StepCount(KeyOf(row, 0).Text, Whole(row, 1), Whole(row, 2), Whole(row, 3))
                ),
            cancellationToken,
            isHeavy: true
        );

    /// <inheritdoc/>
    public ValueTask<long> StepItemsAsync(StepQuery query, CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "count items of steps",
            session => session.ScalarAsync<long>(QualityStatements.StepItems, ParametersOf(query)),
            cancellationToken,
            isHeavy: true
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> WithoutStepAsync(
        StepQuery query,
        string step,
        long after,
        CancellationToken cancellationToken
    )
    {
        var parameters = ParametersOf(query);
        parameters.Add("step", engine.Dialect.Text(step));
        parameters.Add("after", after);
        return engine.ReadAsync(
            "find items without step",
            session =>
                session.ReadAsync(
                    QualityStatements.WithoutStep + engine.Dialect.Limit,
                    parameters,
                    static row => row.GetInt64(0)
                ),
            cancellationToken,
            isHeavy: true
        );
    }

    private static DynamicParameters ParametersOf(StepQuery query)
    {
        var parameters = new DynamicParameters();
        parameters.Add("from", query.From);
        parameters.Add("to", query.To);
        parameters.Add("template", query.Template);
        parameters.Add("limit", query.Limit);
        return parameters;
    }

    private ValueTask<IReadOnlyList<T>> ReadAsync<T>(
        string name,
        QualityQuery query,
        Func<QualitySql, string> text,
        Func<IDataRecord, T> take,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            name,
            session =>
            {
                var sql = new QualitySql(query, engine.Dialect);
                return session.ReadAsync(text(sql), sql.Parameters, take);
            },
            cancellationToken,
            isHeavy: true
        );

    private async Task KeepAsync(SqlSession session, IReadOnlyList<QualityEntry> entries)
    {
        var waiting = new List<(QualityEntry Entry, QualityRow Row)>();
        foreach (var entry in entries)
        {
            if (entry.Replaces)
            {
                // What waits may be of this very event, and of an event that was corrected the time is not known.
                await AddAsync(session, waiting);
                waiting.Clear();
                await session.ExecuteAsync(QualityStatements.Forget, new { @event = entry.Event });
            }
            foreach (var row in entry.Rows)
            {
                waiting.Add((entry, row));
            }
        }
        await AddAsync(session, waiting);
    }

    private async Task AddAsync(SqlSession session, List<(QualityEntry Entry, QualityRow Row)> rows)
    {
        for (var begin = 0; begin < rows.Count; begin += RowsAtOnce)
        {
            var sql = new StringBuilder();
            var parameters = new DynamicParameters();
            var end = Math.Min(rows.Count, begin + RowsAtOnce);
            for (var i = begin; i < end; i++)
            {
                if (i == 0 || !ReferenceEquals(rows[i].Entry, rows[i - 1].Entry))
                {
                    // An operator may have the log read again.
                    Forget(sql, parameters, rows[i].Entry, i - begin);
                }
            }
            sql.Append($"INSERT INTO quality ({Columns}) VALUES ");
            for (var i = begin; i < end; i++)
            {
                sql.Append(i == begin ? "" : ", ");
                Add(sql, parameters, rows[i].Entry, rows[i].Row, i - begin);
            }
            await session.ExecuteAsync(sql.ToString(), parameters);
        }
    }

    private static void Forget(StringBuilder sql, DynamicParameters parameters, QualityEntry entry, int at)
    {
        sql.Append(
            CultureInfo.InvariantCulture,
            $"DELETE FROM quality WHERE kind IN (0, 1, 2, 3) AND [time] = @a{at} AND event = @b{at};\n"
        );
        parameters.Add($"a{at}", entry.Time);
        parameters.Add($"b{at}", entry.Event);
    }

    private void Add(StringBuilder sql, DynamicParameters parameters, QualityEntry entry, QualityRow row, int at)
    {
        sql.Append(
            CultureInfo.InvariantCulture,
            $"(@k{at}, @t{at}, @e{at}, @r{at}, @o{at}, @m{at}, @s{at}, @n{at}, @u{at}, @v{at}, @l{at}, @h{at})"
        );
        parameters.Add($"k{at}", (long)row.Kind);
        parameters.Add($"t{at}", entry.Time);
        parameters.Add($"e{at}", entry.Event);
        parameters.Add($"r{at}", (long)row.Row);
        parameters.Add($"o{at}", (long)row.Role);
        parameters.Add($"m{at}", (long)row.Member);
        parameters.Add($"s{at}", engine.Dialect.Text(row.Step));
        parameters.Add($"n{at}", engine.Dialect.Text(row.Name));
        parameters.Add($"u{at}", engine.Dialect.Text(row.Unit));
        parameters.Add($"v{at}", row.Value, DbType.Double);
        parameters.Add($"l{at}", row.Low, DbType.Double);
        parameters.Add($"h{at}", row.High, DbType.Double);
    }

    private static MeasurementGroup CountsOf(IDataRecord row) =>
        new(KeyOf(row, 0), KeyOf(row, 1), "", "", new() { Count = Whole(row, 2), OutOfLimits = Whole(row, 3) });

    private static MeasurementSums SumsOf(IDataRecord row) =>
        new()
        {
            Count = Whole(row, 2),
            OutOfLimits = Whole(row, 3),
            Values = Whole(row, 4),
            Sum = Number(row, 5) ?? 0,
            Spread = SpreadOf(row),
            Min = Number(row, 6),
            Max = Number(row, 7),
            Low = new LimitRange(Whole(row, 12), Number(row, 13), Number(row, 14)),
            High = new LimitRange(Whole(row, 15), Number(row, 16), Number(row, 17)),
        };

    /// <summary>Of the distances from an origin, the sum of the squares about their mean.</summary>
    private static double SpreadOf(IDataRecord row) =>
        Number(row, 10) is { } distance && Number(row, 11) is { } squares
            ? Math.Max(0, squares - (distance * distance / Whole(row, 4)))
            : 0;

    /// <summary>
    /// True where the values were not reckoned from one origin, or it is so far from them that their differences are
    /// lost beside the distance.
    /// </summary>
    private static bool LosesDigits(IDataRecord row) =>
        Number(row, 6) < Number(row, 7)
        && (Number(row, 8) != Number(row, 9) || SpreadOf(row) < Number(row, 11) * LeastShare);

    /// <summary>The stores keep texts as text or as UTF-8, and give sums as whole numbers or not.</summary>
    private static QualityKey KeyOf(IDataRecord row, int column) =>
        row.GetValue(column) switch
        {
            string text => new QualityKey(0, text),
            byte[] utf8 => new QualityKey(0, Encoding.UTF8.GetString(utf8)),
            DBNull => new QualityKey(0, ""),
            var number => new QualityKey(Convert.ToInt64(number, CultureInfo.InvariantCulture), ""),
        };

    private static long Whole(IDataRecord row, int column) =>
        row.IsDBNull(column) ? 0 : Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture);

    private static double? Number(IDataRecord row, int column) =>
        row.IsDBNull(column) ? null : Convert.ToDouble(row.GetValue(column), CultureInfo.InvariantCulture);
}
