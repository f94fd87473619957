using IdResolution.Core.CodingRules;

namespace IdResolution.Storage.Sql;

/// <summary>The numbers that coding rules use.</summary>
internal sealed class SequenceStore(ISqlEngine engine) : ISequenceStore
{
    /// <inheritdoc/>
    public Task<long> ReserveAsync(string scope, DateOnly? day, int count, CancellationToken cancellationToken)
    {
        var parameters = new { scope = engine.Dialect.Text(scope), count = (long)count };
        return engine.WriteAsync(
            "reserve numbers",
            async session =>
            {
                if (await session.ExecuteAsync(Statements.AdvanceSequence, parameters) == 0)
                {
                    var gap = SequenceGap.Parse(
                        await session.ScalarAsync<string>(Statements.FindSetting, new { name = SequenceGap.Setting })
                    );
                    await session.ExecuteAsync(
                        Statements.AddSequence,
                        new { parameters.scope, next = (gap?.FirstOf(day) ?? 1) + count }
                    );
                }
                // If another node added the row meanwhile, the insert fails and the whole write is repeated.
                return await session.ScalarAsync<long>(Statements.FindSequence, parameters) - count;
            },
            cancellationToken
        );
    }
}
