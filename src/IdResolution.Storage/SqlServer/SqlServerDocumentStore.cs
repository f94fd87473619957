using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>Writes documents in a SQL Server database.</summary>
internal sealed class SqlServerDocumentStore(SqlServerEngine engine) : DocumentStore(engine)
{
    /// <inheritdoc/>
    public override async Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var operation = engine.Database.Telemetry.Begin("write documents");
        var job = new SqlServerDocumentJob(writes);
        engine.Writer.Enqueue([job]);
        try
        {
            return await job.Task;
        }
        catch (StoreException e)
        {
            operation?.Fail(e);
            throw;
        }
    }
}
