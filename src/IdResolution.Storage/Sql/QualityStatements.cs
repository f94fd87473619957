namespace IdResolution.Storage.Sql;

/// <summary>The SQL of the quality archive that is not put together (<see cref="QualitySql"/>).</summary>
internal static class QualityStatements
{
    private const string Passed = """
        FROM quality q
        JOIN event_members i ON i.event = q.event AND i.role = q.role AND i.[row] = q.member
        JOIN records r ON r.object = i.item
        WHERE q.kind = 0 AND q.[time] >= @from AND q.[time] < @to AND r.template = @template
        """;

    /// <summary>Items and passes of each step. The dialect's limit follows.</summary>
    public const string Steps = $"""
        WITH x (step, item, passes, bare) AS (
            SELECT q.step, i.item, COUNT(*), SUM(CASE WHEN q.value = 0 THEN 1 ELSE 0 END)
            {Passed}
            GROUP BY q.step, i.item
        )
        SELECT x.step, COUNT(*), SUM(x.passes), SUM(x.bare) FROM x GROUP BY x.step ORDER BY x.step
        """;

    // What a line never scanned is in no event, but it was registered.
    private const string Registered = """
        FROM records r
        WHERE r.template = @template AND r.status = 0 AND r.created_at >= @from AND r.created_at < @to
        """;

    /// <summary>Items that passed steps, or were registered, in a time: each once.</summary>
    public const string StepItems = $"""
        WITH x (item) AS (SELECT i.item {Passed} UNION ALL SELECT r.object {Registered}),
        y (item) AS (SELECT x.item FROM x GROUP BY x.item)
        SELECT COUNT(*) FROM y
        """;

    /// <summary>Those of them that passed a step at no time. The dialect's limit follows.</summary>
    public const string WithoutStep = $"""
        WITH x (item) AS (
            SELECT i.item {Passed} AND r.status = 0 AND i.item > @after
            UNION ALL SELECT r.object {Registered} AND r.object > @after
        )
        SELECT x.item FROM x
        WHERE NOT EXISTS (
            SELECT 1 FROM event_members m
            WHERE m.item = x.item AND m.role IN (1, 2, 3, 4, 5, 13, 14) AND EXISTS (
                SELECT 1 FROM quality p
                WHERE p.kind = 0 AND p.[time] = m.[time] AND p.event = m.event
                    AND p.role = m.role AND p.member = m.[row] AND p.step = @step
            )
        )
        GROUP BY x.item
        ORDER BY x.item
        """;

    public const string IsNamed =
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM quality q WHERE q.kind = @kind AND q.name = @name) THEN 1 ELSE 0 END";

    public const string IsStep =
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM quality q WHERE q.step = @step) THEN 1 ELSE 0 END";

    // The key begins with kind and time.
    public const string Forget = """
        DELETE FROM quality
        WHERE kind IN (0, 1, 2, 3) AND [time] = (SELECT e.[time] FROM events e WHERE e.object = @event)
            AND event = @event
        """;
}
