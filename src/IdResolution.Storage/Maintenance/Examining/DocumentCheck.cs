using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks that documents agree with their newest versions, and can be read all together. Tells which API keys end.
/// </summary>
internal sealed class DocumentCheck(Examination examination)
{
    // The most keys that are named.
    private const int MostKeys = 10;

    public void Run() =>
        examination.Check(
            ["documents", "API keys"],
            faults =>
            {
                var documents = Read(faults[0]).ConvertAll(d => d.Stored);
                faults[0].Summary = new($"{documents.Count:N0} documents", $"{documents.Count:N0} 个文档");
                CheckKeys(Build(documents).Keys, faults[1]);
            }
        );

    /// <summary>Tells of keys that have ended or soon end: who uses them is refused, or will be.</summary>
    private static void CheckKeys(IReadOnlyList<ApiKey> keys, CheckFaults faults)
    {
        var now = TimeProvider.System.GetUtcNow();
        var valid = keys.Where(k => k.RevokedAt is null).ToList();
        var told = new List<Text> { new($"{valid.Count:N0} keys", $"{valid.Count:N0} 个密钥") };
        var ended = valid.Where(k => k.ExpiresAt <= now).ToList();
        var ending = valid.Where(k => k.IsEnding(now)).ToList();
        if (ended.Count > 0)
        {
            told.Add(new($"{ended.Count:N0} have ended: {Names(ended)}", $"{ended.Count:N0} 个已过期：{Names(ended)}"));
        }
        if (ending.Count > 0)
        {
            told.Add(
                new(
                    $"{ending.Count:N0} end within {ApiKey.Notice.Days} days: {Names(ending)}",
                    $"{ending.Count:N0} 个将在 {ApiKey.Notice.Days} 天内过期：{Names(ending)}"
                )
            );
        }
        faults.Warns = told.Count > 1;
        // No fault: they see what partners saw before there were grants.
        var untied = valid.Where(k => k is { Role: Role.Partner, Partner: null } && k.IsValid(now)).ToList();
        if (untied.Count > 0)
        {
            told.Add(
                new(
                    $"{untied.Count:N0} with role partner are tied to no partner and see partner attributes of all "
                        + $"records: {Names(untied)}",
                    $"{untied.Count:N0} 个角色为 partner 的密钥不属于任何合作伙伴，可见所有记录的合作伙伴属性：{Names(untied)}"
                )
            );
        }
        faults.Summary = Core.Primitives.Text.Join("; ", "；", told);
    }

    private static string Names(List<ApiKey> keys) =>
        string.Join(", ", keys.Take(MostKeys).Select(k => k.Id)) + (keys.Count > MostKeys ? ", …" : "");

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
            return DocumentVersion.JsonIn(state);
        }
        catch (InvalidDataException)
        {
            // The check of states says so.
            return null;
        }
    }
}
