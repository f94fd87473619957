using Dapper;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>Writes documents in the embedded store.</summary>
internal sealed class SqliteDocumentStore(SqliteEngine engine) : DocumentStore(engine)
{
    /// <inheritdoc/>
    public override Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    ) => engine.Writer.RunAsync("write documents", session => Write(session, writes));

    private static Result<IReadOnlyList<Document>> Write(WriteSession session, IReadOnlyList<DocumentWrite> writes)
    {
        // All or nothing: check every version before the first row is written.
        var current = new List<DocumentRow?>(writes.Count);
        foreach (var write in writes)
        {
            var row = session.Connection.QuerySingleOrDefault<DocumentRow>(
                SqliteStatements.FindDocument,
                new { Kind = (int)write.Kind, write.Code }
            );
            if ((row?.Version ?? 0) != write.ExpectedVersion)
            {
                return WriteRules.Refusal(write);
            }
            current.Add(row);
        }
        return writes.Select((write, i) => Write(session, write, current[i])).ToList();
    }

    private static Document Write(WriteSession session, DocumentWrite write, DocumentRow? current)
    {
        var objectNumber = current?.Object ?? session.NextObject();
        var sequence = session.Append(WriteRules.Body(write, objectNumber), write.Commitments, write.State, default);
        var document = new Document(
            write.Kind,
            write.Code,
            objectNumber,
            write.ExpectedVersion + 1,
            sequence,
            write.Json
        );
        session.Connection.Execute(
            current is null ? SqliteStatements.InsertDocument : SqliteStatements.UpdateDocument,
            new
            {
                Kind = (int)document.Kind,
                document.Code,
                document.Object,
                document.Version,
                document.Sequence,
                document.Json,
            }
        );
        return document;
    }
}
