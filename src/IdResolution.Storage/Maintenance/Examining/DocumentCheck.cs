using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>Checks that documents agree with their newest versions, and can be read all together.</summary>
internal sealed class DocumentCheck(Examination examination)
{
    public void Run() =>
        examination.Check(
            "documents",
            faults =>
            {
                var documents = Read(faults);
                Build(documents);
                faults.Summary = $"{documents.Count:N0} documents";
            }
        );

    /// <summary>Builds the catalog of a database, whose templates are needed to read records.</summary>
    public static NodeCatalog Build(IReadOnlyList<Document> documents) =>
        NodeCatalog.Build(documents, 0, null, TimeProvider.System);

    /// <summary>Reads and checks the documents of a database.</summary>
    public List<Document> Read(CheckFaults faults)
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
        var documents = new List<Document>();
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
            documents.Add(document);
            if (FaultOf(document, rows) is { } fault)
            {
                faults.Add($"{document.Kind} {document.Code} {fault}", document.Sequence);
            }
        }
        return documents;
    }

    private static string? FaultOf(Document document, ExaminedRows row)
    {
        if (
            row.IsNull(6)
            || row.Int64(6) != document.Object
            || row.Int64(7) != document.Version
            || row.Int64(10) != document.Version
        )
        {
            return "is not at its newest version";
        }
        if (!LogBody.TryDecode(row.Bytes(9), out var body, out _) || body.Kind != document.Kind)
        {
            return "is of another kind in the log";
        }
        return Text(row.Bytes(8)) == document.Json ? null : $"is not the document of version {document.Version}";
    }

    private static string? Text(byte[] state)
    {
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Code.SequenceEqual("m:document"u8))
            {
                return Encoding.UTF8.GetString(reader.Value);
            }
        }
        return null;
    }
}
