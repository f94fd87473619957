using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>Checks the chains of the audit log, and that they agree with the summaries in the change log.</summary>
internal sealed class AuditCheck(Examination examination)
{
    public void Run() =>
        examination.Check(
            "audit",
            faults =>
            {
                var verifier = new AuditVerifier(Summaries(), Micros.Now(TimeProvider.System));
                var heads = Heads();
                var end = EndOf(heads);
                var beyond = 0L;
                using (var rows = examination.Read($"{Statements.ReadAudit} ORDER BY id"))
                {
                    while (rows.Step())
                    {
                        var line = Line(rows);
                        if (line.Id <= end)
                        {
                            verifier.Add(line, fault => faults.Add(fault.En, fault.Zh));
                        }
                        else
                        {
                            beyond = line.Id;
                        }
                    }
                }
                verifier.End(heads, fault => faults.Add(fault.En, fault.Zh));
                // Nodes may have written meanwhile.
                if (beyond > end && beyond > EndOf(Heads()))
                {
                    faults.Add($"line {beyond} is beyond the end of the chains", $"第 {beyond} 行超出链的末端");
                }
                if (heads.Count > 0 && !heads.Select(h => h.Kind).SequenceEqual(Enum.GetValues<AuditKind>()))
                {
                    faults.Add("where the chains end is not known of every kind", "并非每一类的链都知道其末端");
                }
                faults.Summary = new(
                    $"{verifier.Lines:N0} lines in chains, {verifier.Unchained:N0} of earlier versions",
                    $"链中 {verifier.Lines:N0} 行，早期版本 {verifier.Unchained:N0} 行"
                );
            }
        );

    private List<AuditSummary> Summaries()
    {
        using var rows = examination.Read(
            $"""
            SELECT v.state FROM documents d JOIN versions v ON v.object = d.object
            WHERE d.code = '{AuditSummary.DocumentCode}' ORDER BY v.version
            """
        );
        var summaries = new List<AuditSummary>();
        while (rows.Step())
        {
            try
            {
                if (
                    DocumentCheck.Text(rows.Bytes(0)) is { } json
                    && JsonSerializer.Deserialize(json, CatalogJson.Stored.AuditSummary) is { } summary
                )
                {
                    summaries.Add(summary);
                }
            }
            catch (JsonException)
            {
                // The check of documents and of the log says so.
            }
        }
        return summaries;
    }

    private List<AuditHead> Heads()
    {
        using var rows = examination.Read(Statements.AuditChains);
        var heads = new List<AuditHead>();
        while (rows.Step())
        {
            heads.Add(
                new AuditHead(
                    AuditHeadRow.KindOf(rows.Int64(0)),
                    rows.Int64(1),
                    rows.Int64(2),
                    rows.Int64(3),
                    rows.Bytes(4)
                )
            );
        }
        return heads;
    }

    private static long EndOf(List<AuditHead> heads) => heads.Count == 0 ? long.MaxValue : heads.Max(h => h.Line);

    private static AuditEvent Line(ExaminedRows rows) =>
        new AuditRow
        {
            Id = rows.Int64(0),
            Time = rows.Int64(1),
            Caller = rows.Text(2),
            Action = rows.Text(3),
            Target = rows.Text(4),
            Outcome = rows.Text(5),
            Count = rows.Int64(6),
            Kind = rows.Int64(7),
            Source = rows.Text(8),
            Trace = rows.Text(9),
            OsUser = rows.Text(10),
            Node = rows.Text(11),
            Position = rows.Int64(12),
            Previous = rows.Bytes(13),
            Hash = rows.Bytes(14),
        }.ToEvent();
}
