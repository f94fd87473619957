using System.Data;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Upstream;

namespace IdResolution.Storage.Sql;

/// <summary>
/// What the secondary node refused: the dead letters of the reader that sends. Those to be sent again stand under a
/// name of their own, so that they do not count as refused.
/// </summary>
internal sealed class UpstreamStore(ISqlEngine engine) : IUpstreamStore
{
    private const string Waiting = UpstreamReader.ReaderName;
    private const string Due = UpstreamReader.ReaderName + ".due";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UpstreamLetter>> LettersAsync(
        long after,
        bool? isDue,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parameters = new
        {
            one = isDue is true ? Due : Waiting,
            other = isDue is false ? Waiting : Due,
            after,
            limit,
        };
        return engine.ReadAsync(
            "read upstream letters",
            session => session.ReadAsync(Statements.Letters + engine.Dialect.Limit, parameters, Letter),
            cancellationToken,
            isHeavy: true
        );
    }

    /// <inheritdoc/>
    public ValueTask<LetterCount> CountAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "count upstream letters",
            async session => new LetterCount(
                await session.ScalarAsync<long>(Statements.CountLetters, new { reader = Waiting }),
                await session.ScalarAsync<long>(Statements.CountLetters, new { reader = Due }),
                await session.ScalarAsync<long>(Statements.SumLetters, new { one = Waiting, other = Due })
            ),
            cancellationToken
        );

    /// <inheritdoc/>
    public Task<bool> MoveAsync(LogMove move, LetterChange letters, CancellationToken cancellationToken) =>
        engine.MoveAsync("move upstream", move, session => ChangeAsync(session, letters), cancellationToken);

    /// <inheritdoc/>
    public Task<int> ChangeAsync(LetterChange letters, CancellationToken cancellationToken) =>
        engine.WriteAsync("change upstream letters", session => ChangeAsync(session, letters), cancellationToken);

    /// <inheritdoc/>
    public Task<int> RetryAsync(IReadOnlyList<long>? sequences, CancellationToken cancellationToken) =>
        engine.WriteAsync(
            "retry upstream letters",
            async session =>
            {
                var moved = 0;
                foreach (var sequence in sequences ?? [])
                {
                    var parameters = new
                    {
                        to = Due,
                        from = Waiting,
                        sequence,
                    };
                    moved += await session.ExecuteAsync(Statements.MoveLetter, parameters);
                }
                return sequences is null
                    ? await session.ExecuteAsync(Statements.MoveLetters, new { to = Due, from = Waiting })
                    : moved;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<StatePage<StoredRecord>> RecordsAsync(
        long after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        engine.ReadAsync(
            "list records",
            session =>
                session.PageAsync(
                    Statements.AllRecords + engine.Dialect.Limit,
                    new { after, limit },
                    limit,
                    RecordRow.Sized
                ),
            cancellationToken,
            isHeavy: true
        );

    private static UpstreamLetter Letter(IDataRecord row) =>
        new(
            row.GetInt64(1),
            row.GetInt64(2),
            row.IsDBNull(3) ? default : new LookupKey((byte[])row.GetValue(3)),
            row.GetString(4),
            row.GetInt64(5),
            IsDue: row.GetString(0) == Due
        );

    private static async Task<int> ChangeAsync(SqlSession session, LetterChange letters)
    {
        var ended = 0;
        foreach (var sequence in letters.Ended)
        {
            ended += await EndAsync(session, sequence);
        }
        foreach (var letter in letters.Added)
        {
            await AddAsync(session, Waiting, letter);
        }
        foreach (var letter in letters.Due)
        {
            await AddAsync(session, Due, letter);
        }
        return ended;
    }

    private static async Task AddAsync(SqlSession session, string reader, DeadLetter letter)
    {
        // An entry has one letter, whether it waits or is due.
        await EndAsync(session, letter.Sequence);
        var parameters = new
        {
            reader,
            to = letter.Sequence,
            reason = letter.Reason,
            at = letter.At,
        };
        await session.ExecuteAsync(Statements.AddDeadLetter, parameters);
    }

    private static Task<int> EndAsync(SqlSession session, long sequence)
    {
        var parameters = new
        {
            one = Waiting,
            other = Due,
            sequence,
        };
        return session.ExecuteAsync(Statements.EndLetter, parameters);
    }
}
