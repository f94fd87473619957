using IdResolution.Core.CodingRules;

namespace IdResolution.Storage.Sql;

/// <summary>The numbers that coding rules give away.</summary>
internal sealed class SequenceStore(ISqlEngine engine) : ISequenceStore
{
    /// <inheritdoc/>
    public Task<long> ReserveAsync(string scope, int count, CancellationToken cancellationToken)
    {
        var parameters = new { scope = engine.Dialect.Text(scope), count = (long)count };
        return engine.WriteAsync(
            "reserve numbers",
            async session =>
            {
                if (await session.ExecuteAsync(Statements.AdvanceSequence, parameters) == 0)
                {
                    await session.ExecuteAsync(Statements.AddSequence, parameters);
                }
                // What another node added meanwhile is a collision: all of it is done again.
                return await session.ScalarAsync<long>(Statements.FindSequence, parameters) - count;
            },
            cancellationToken
        );
    }
}
