using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>A job that writes documents together, all or none.</summary>
internal sealed class SqlServerDocumentJob(IReadOnlyList<DocumentWrite> writes) : SqlServerJob
{
    private readonly TaskCompletionSource<Result<IReadOnlyList<Document>>> _done = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly List<(Document Document, int Entry)> _written = [];
    private Error? _refusal;

    public Task<Result<IReadOnlyList<Document>>> Task => _done.Task;

    public override int Bytes => writes.Sum(w => w.State.Length + (2 * w.Json.Length));

    public override int NewObjects => writes.Count;

    public override IEnumerable<RowKey> Keys => writes.Select(w => RowKey.OfDocument((long)w.Kind, w.Code));

    public override void LookUp(GroupLookups lookups)
    {
        foreach (var write in writes)
        {
            lookups.AddDocument(write.Kind, write.Code);
        }
    }

    public override void Decide(GroupLookups found, GroupPlan plan)
    {
        _written.Clear();
        // All or nothing: check every version before the first row is added.
        _refusal = writes.FirstOrDefault(w => (found.FindDocument(w.Kind, w.Code)?.Version ?? 0) != w.ExpectedVersion)
            is { } refused
            ? WriteRules.Refusal(refused)
            : null;
        if (_refusal is not null)
        {
            return;
        }
        foreach (var write in writes)
        {
            var current = found.FindDocument(write.Kind, write.Code);
            var objectNumber = current?.Object ?? plan.NextObject();
            var version = write.ExpectedVersion + 1;
            var document = new Document(write.Kind, write.Code, objectNumber, version, 0, write.Json);
            (current is null ? plan.DocumentsAdded : plan.DocumentsChanged).Add(document);
            var entry = plan.Append(WriteRules.Body(write, objectNumber), write.Commitments, write.State, default);
            _written.Add((document, entry));
        }
    }

    public override void Complete(long head)
    {
        if (_refusal is not null)
        {
            _done.SetResult(_refusal);
            return;
        }
        _done.SetResult(_written.ConvertAll(w => w.Document with { Sequence = head + w.Entry }));
    }

    public override void Fail(Exception cause) => _done.SetException(Translate(cause));
}
