using System.Globalization;
using System.Text;
using IdResolution.Core.Access;

namespace IdResolution.Storage.Sql;

internal sealed class AuditStore(ISqlEngine engine) : IAuditStore
{
    // Other writes wait while lines are deleted.
    private const int TrimmedAtOnce = 5_000;

    private static readonly AuditKind[] s_kinds = Enum.GetValues<AuditKind>();

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        events.Count == 0
            ? Task.CompletedTask
            : engine.WriteAsync(
                "append audit",
                async session =>
                {
                    var heads = await LockAsync(session);
                    // A node of an earlier version, which knows no chains, may have numbered lines since.
                    var last = await session.ScalarAsync<long>(Statements.LastAuditLine);
                    var line = Math.Max(last, heads.Max(h => h.Line));
                    foreach (var one in events)
                    {
                        var kind = (int)one.Kind;
                        (var chained, heads[kind]) = AuditChain.Append(heads[kind], one, ++line);
                        await session.ExecuteAsync(Statements.AddAudit, Row(chained));
                    }
                    foreach (var kind in events.Select(e => (int)e.Kind).Distinct().Order())
                    {
                        await session.ExecuteAsync(Statements.MoveAuditChain, Row(heads[kind]));
                    }
                    return true;
                },
                cancellationToken,
                isRepeatable: false
            );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEvent>> ReadAsync(
        AuditQuery query,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var sql = $"{Statements.ReadAudit}{Conditions(query)} ORDER BY id DESC{engine.Dialect.Limit}";
        var parameters = new
        {
            before = query.Before,
            from = query.From,
            to = query.To,
            caller = query.Caller,
            action = query.Action,
            target = query.Target,
            about = query.Target + " %",
            outcome = query.Outcome,
            source = query.Source,
            limit,
        };
        return LinesAsync("read audit", sql, parameters, cancellationToken);
    }

    private static string Conditions(AuditQuery query)
    {
        var sql = new StringBuilder(" WHERE (@before = 0 OR id < @before)");
        sql.Append(query.From > 0 ? " AND [time] >= @from" : "").Append(query.To > 0 ? " AND [time] < @to" : "");
        sql.Append(query.Caller is null ? "" : " AND caller = @caller");
        sql.Append(query.Action is null ? "" : " AND action = @action");
        sql.Append(query.Target is null ? "" : " AND (target = @target OR target LIKE @about)");
        sql.Append(query.Outcome is null ? "" : " AND outcome = @outcome");
        sql.Append(query.Source is null ? "" : " AND source = @source");
        return sql.ToString();
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEvent>> FollowAsync(
        long after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        LinesAsync(
            "follow audit",
            Statements.ReadAudit + " WHERE id > @after ORDER BY id" + engine.Dialect.Limit,
            new { after, limit },
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEvent>> FirstsAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync<IReadOnlyList<AuditEvent>>(
            "read first audit",
            async session =>
            {
                var firsts = new List<AuditEvent>();
                foreach (var kind in s_kinds)
                {
                    firsts.AddRange(
                        await session.QueryAsync<AuditRow, AuditEvent>(
                            Statements.FirstAudit + engine.Dialect.Limit,
                            new { kind = (long)kind, limit = 1 },
                            r => r.ToEvent()
                        )
                    );
                }
                return firsts;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditHead>> HeadsAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync<IReadOnlyList<AuditHead>>(
            "read audit chains",
            async session => await HeadsAsync(session),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<long?> FindCursorAsync(string reader, CancellationToken cancellationToken) =>
        engine.ReadAsync<long?>(
            "find audit cursor",
            async session =>
                await session.ScalarAsync<string?>(Statements.FindSetting, new { name = reader }) is { } line
                    ? long.Parse(line, CultureInfo.InvariantCulture)
                    : null,
            cancellationToken
        );

    /// <inheritdoc/>
    public Task MoveCursorAsync(string reader, long line, CancellationToken cancellationToken)
    {
        var setting = new { name = reader, value = line.ToString(CultureInfo.InvariantCulture) };
        return engine.WriteAsync(
            "move audit cursor",
            async session =>
                await session.ExecuteAsync(Statements.ChangeSetting, setting) > 0
                || await session.ExecuteAsync(Statements.AddSetting, setting) > 0,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async Task TrimAsync(long before, long maxLines, CancellationToken cancellationToken)
    {
        foreach (var kind in s_kinds)
        {
            var first = await FirstKeptAsync(kind, before, maxLines, cancellationToken);
            while (await TrimAsync(kind, first, cancellationToken))
            {
                // One portion after the other.
            }
        }
    }

    /// <summary>The number of the first line of a kind that stays.</summary>
    private ValueTask<long> FirstKeptAsync(
        AuditKind kind,
        long before,
        long maxLines,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            "find old audit",
            async session =>
            {
                var first = await FirstAsync(
                    session,
                    Statements.OldestKeptAudit,
                    new
                    {
                        kind = (long)kind,
                        before,
                        limit = 1,
                    }
                );
                var position = (await HeadsAsync(session))[(int)kind].Position - maxLines;
                if (kind == AuditKind.Act || position <= 0)
                {
                    return first;
                }
                var asked = new
                {
                    kind = (long)kind,
                    position,
                    limit = 1,
                };
                return Math.Max(first, await FirstAsync(session, Statements.OldestAuditAbove, asked));
            },
            cancellationToken,
            isHeavy: true
        );

    /// <summary>The number of the first line that a statement finds; the greatest number if it finds none.</summary>
    private async Task<long> FirstAsync(SqlSession session, string statement, object parameters) =>
        await session.ScalarAsync<long?>(statement + engine.Dialect.Limit, parameters) ?? long.MaxValue;

    private async Task<bool> TrimAsync(AuditKind kind, long first, CancellationToken cancellationToken)
    {
        var oldest = await engine.ReadAsync(
            "find old audit",
            session => FirstAsync(session, Statements.OldestAudit, new { kind = (long)kind, limit = 1 }),
            cancellationToken,
            isHeavy: true
        );
        if (oldest >= first)
        {
            return false;
        }
        var parameters = new { kind = (long)kind, first = Math.Min(first, oldest + TrimmedAtOnce) };
        await engine.WriteAsync(
            "trim audit",
            session => session.ExecuteAsync(Statements.TrimAudit, parameters),
            cancellationToken
        );
        return true;
    }

    private ValueTask<IReadOnlyList<AuditEvent>> LinesAsync(
        string name,
        string sql,
        object parameters,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            name,
            session => session.QueryAsync<AuditRow, AuditEvent>(sql, parameters, r => r.ToEvent()),
            cancellationToken,
            isHeavy: true
        );

    /// <summary>Locks the chains for this transaction, and gives their heads by kind.</summary>
    private async Task<AuditHead[]> LockAsync(SqlSession session)
    {
        if (await session.ExecuteAsync(Statements.LockAuditChains) < s_kinds.Length)
        {
            foreach (var kind in s_kinds)
            {
                await session.ExecuteAsync(Statements.AddAuditChain, Row(AuditHead.Empty(kind)));
            }
        }
        return await HeadsAsync(session);
    }

    private static async Task<AuditHead[]> HeadsAsync(SqlSession session)
    {
        var heads = Array.ConvertAll(s_kinds, AuditHead.Empty);
        foreach (
            var head in await session.QueryAsync<AuditHeadRow, AuditHead>(Statements.AuditChains, null, r => r.ToHead())
        )
        {
            heads[(int)head.Kind] = head;
        }
        return heads;
    }

    private object Row(AuditHead head) =>
        new
        {
            kind = (long)head.Kind,
            position = head.Position,
            line = head.Line,
            time = head.Time,
            hash = engine.Dialect.Bytes(head.Hash),
        };

    private object Row(AuditEvent line) =>
        new
        {
            id = line.Id,
            time = line.Time,
            caller = line.Caller,
            action = line.Action,
            target = line.Target,
            outcome = line.Outcome,
            count = line.Count,
            kind = (long)line.Kind,
            source = line.Source,
            trace = line.Trace,
            osUser = line.OsUser,
            node = line.Node,
            position = line.Link!.Position,
            previous = engine.Dialect.Bytes(line.Link.Previous),
            hash = engine.Dialect.Bytes(line.Link.Hash),
        };
}
