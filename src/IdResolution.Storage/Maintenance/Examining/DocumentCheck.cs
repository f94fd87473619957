using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>Checks that documents agree with their newest versions, and can be read all together.</summary>
internal sealed class DocumentCheck(Examination examination)
{
    public void Run() =>
        examination.Check(
            "documents",
            faults =>
            {
                var documents = Read(faults).ConvertAll(d => d.Stored);
                Build(documents);
                faults.Summary = new($"{documents.Count:N0} documents", $"{documents.Count:N0} 个文档");
            }
        );

    /// <summary>Builds the catalog of a database, whose templates are needed to read records.</summary>
    public static NodeCatalog Build(IReadOnlyList<Document> documents) =>
        NodeCatalog.Build(documents, 0, null, TimeProvider.System);

    /// <summary>
    /// Reads and checks the documents of a database: each as it is stored, and as the log has it where the two differ
    /// and the log's can be read. So a document that was altered does not make every record of its template a fault.
    /// </summary>
    public List<(Document Stored, Document Logged)> Read(CheckFaults faults)
    {
        using var rows = examination.Read(
            """
            SELECT d.kind, d.code, d.object, d.version, d.sequence, d.json, v.object, v.version, v.state, l.body,
                (SELECT MAX(n.version) FROM versions n WHERE n.object = d.object)
            FROM documents d LEFT JOIN versions v ON v.sequence = d.sequence
                LEFT JOIN change_log l ON l.sequence = d.sequence
            ORDER BY d.object
            """
        );
        var documents = new List<(Document, Document)>();
        while (rows.Step())
        {
            var document = new Document(
                (LogKind)rows.Int64(0),
                rows.Text(1),
                rows.Int64(2),
                rows.Int64(3),
                rows.Int64(4),
                rows.Text(5)
            );
            if (FaultOf(document, rows) is not { } fault)
            {
                documents.Add((document, document));
                continue;
            }
            var entry = RowEntry.Find(examination, document.Sequence, document.Object, e => Common(document, e), 4);
            var name = $"{document.Kind} {document.Code}";
            faults.Add($"{name} {fault.En}", $"{name} {fault.Zh}", entry?.Sequence ?? document.Sequence);
            documents.Add((document, Logged(document, entry)));
        }
        return documents;
    }

    private static int Common(Document document, RowEntry entry) =>
        (entry.Body.Object == document.Object ? 1 : 0)
        + (entry.Body.Version == document.Version ? 1 : 0)
        + (entry.Body.Kind == document.Kind ? 1 : 0)
        + (Text(entry.State) == document.Json ? 1 : 0);

    private static Document Logged(Document document, RowEntry? entry)
    {
        if (entry is not { IsCommitted: true } || Text(entry.State) is not { } json)
        {
            return document;
        }
        var logged = new Document(
            entry.Body.Kind,
            document.Code,
            entry.Body.Object,
            entry.Body.Version,
            entry.Sequence,
            json
        );
        return logged with { Code = NodeCatalog.CodeOf(logged) };
    }

    private static Text? FaultOf(Document document, ExaminedRows row)
    {
        if (
            row.IsNull(6)
            || row.Int64(6) != document.Object
            || row.Int64(7) != document.Version
            || row.Int64(10) != document.Version
        )
        {
            return new("is not at its newest version", "不是最新版本");
        }
        if (!LogBody.TryDecode(row.Bytes(9), out var body, out _) || (long)body.Kind != row.Int64(0))
        {
            return new("is of another kind in the log", "在日志中是另一种文档");
        }
        if (Text(row.Bytes(8)) != document.Json)
        {
            return new($"is not the document of version {document.Version}", $"不是版本 {document.Version} 的文档");
        }
        return NodeCatalog.CodeOf(document) is var code && code != document.Code
            ? new Text($"is {code} by its content", $"按其内容应为 {code}")
            : null;
    }

    /// <summary>The document in a state; null if it has none, or cannot be read.</summary>
    public static string? Text(byte[] state)
    {
        try
        {
            var reader = new StateReader(state);
            while (reader.Read())
            {
                if (reader.Code.SequenceEqual("m:document"u8))
                {
                    return Encoding.UTF8.GetString(reader.Value);
                }
            }
        }
        catch (InvalidDataException)
        {
            // The check of states says so.
        }
        return null;
    }
}
