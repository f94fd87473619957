using IdResolution.Core.Leases;

namespace IdResolution.Storage.Sql;

internal sealed class LeaseStore(ISqlEngine engine) : ILeaseStore
{
    /// <inheritdoc/>
    public Task<Lease?> TakeAsync(string name, string holder, TimeSpan life, CancellationToken cancellationToken) =>
        engine.WriteAsync(
            "take lease",
            async session =>
            {
                var now = await engine.NowAsync(session);
                var wanted = new
                {
                    name,
                    holder,
                    now,
                    expires = now + (long)life.TotalMicroseconds,
                };
                await session.ExecuteAsync(Statements.AddLease, wanted);
                return await session.ExecuteAsync(Statements.TakeLease, wanted) == 0
                    ? null
                    : new Lease(name, holder, await session.ScalarAsync<long>(Statements.LeaseToken, wanted));
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
        engine.WriteAsync(
            "release lease",
            session => session.ExecuteAsync(Statements.ReleaseLease, lease),
            cancellationToken
        );
}
