using System.Text;
using IdResolution.Core.Registration;

namespace IdResolution.Storage.Sql;

/// <summary>Identifiers that a restore kept for items which are sent again.</summary>
/// <param name="engine">The engine.</param>
/// <param name="isEmpty">True if there is certainly none, or not even the table yet.</param>
internal sealed class LostIdentifierStore(ISqlEngine engine, bool isEmpty) : ILostIdentifiers
{
    private volatile bool _isEmpty = isEmpty;
    private volatile bool _isLookedAt = isEmpty;

    /// <inheritdoc/>
    public ValueTask<string?> FindAsync(
        string source,
        string sourceKey,
        string folded,
        string template,
        CancellationToken cancellationToken
    ) => _isEmpty ? default : SearchAsync(source, sourceKey, folded, template, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(
        string source,
        string sourceKey,
        string folded,
        string identifier,
        CancellationToken cancellationToken
    )
    {
        if (_isEmpty)
        {
            return;
        }
        var parameters = new
        {
            source = engine.Dialect.Text(source),
            sourceKey = engine.Dialect.Text(sourceKey),
            folded = engine.Dialect.Text(folded),
            identifier = engine.Dialect.Text(identifier),
        };
        await engine.WriteAsync(
            "forget lost identifiers",
            session => session.ExecuteAsync(Statements.ForgetLostIdentifiers, parameters),
            cancellationToken
        );
    }

    /// <summary>Looks again whether there are any: a restart of the log may have brought some.</summary>
    public void Forget() => _isEmpty = _isLookedAt = false;

    private async ValueTask<string?> SearchAsync(
        string source,
        string sourceKey,
        string folded,
        string template,
        CancellationToken cancellationToken
    )
    {
        if (!_isLookedAt)
        {
            _isEmpty = await IsEmptyAsync(cancellationToken);
            _isLookedAt = true;
        }
        if (_isEmpty)
        {
            return null;
        }
        return await SearchAsync(source, sourceKey, template, cancellationToken)
            ?? (folded == sourceKey ? null : await SearchAsync(source, folded, template, cancellationToken));
    }

    private async ValueTask<string?> SearchAsync(
        string source,
        string sourceKey,
        string template,
        CancellationToken cancellationToken
    )
    {
        var parameters = new
        {
            source = engine.Dialect.Text(source),
            sourceKey = engine.Dialect.Text(sourceKey),
            template,
        };
        // A string; in SQL Server its bytes in UTF-8.
        var found = await engine.ReadAsync(
            "find lost identifier",
            session => session.ScalarAsync<object>(Statements.FindLostIdentifier, parameters),
            cancellationToken
        );
        return found is byte[] utf8 ? Encoding.UTF8.GetString(utf8) : found as string;
    }

    private ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        engine.ReadAsync(
            "look for lost identifiers",
            async session =>
                await session.ScalarAsync<string>(
                    Statements.AnyLostIdentifier + engine.Dialect.Limit,
                    new { limit = 1 }
                )
                    is null,
            cancellationToken
        );
}
