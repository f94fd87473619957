using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks that record rows agree with their newest versions, and that indexes have exactly the entries they should.
/// </summary>
internal sealed class RecordCheck(Examination examination)
{
    private NodeCatalog _catalog = DocumentCheck.Build([]);
    private Dictionary<SideTable, SideTableCheck> _sides = [];

    public void Run() =>
        examination.Check(
            ["records", .. SideTables.All.Select(t => t.Title)],
            faults =>
            {
                var documents = new DocumentCheck(examination).Read(new CheckFaults(""));
                _catalog = DocumentCheck.Build(documents.ConvertAll(d => d.Logged));
                _sides = SideTables.All.ToDictionary(
                    table => table,
                    table => SideTableCheck.Of(examination, table, _catalog)
                );
                CheckRecords(faults[0]);
                foreach (var (i, table) in SideTables.All.Index())
                {
                    CompareSide(table, faults[i + 1], faults[0].IsClean);
                }
            }
        );

    private void CompareSide(SideTable table, CheckFaults faults, bool recordsAreClean)
    {
        _sides[table].Compare(faults);
        if (table == BusinessKeys.Table)
        {
            faults.Summary = Text.Join("", "", [faults.Summary, ExactKeys.Describe(examination, _catalog)]);
        }
        // Where records are at fault, the table may differ for that alone, and the records' entries are named.
        if (!faults.IsClean && recordsAreClean && new IndexFault(examination, _catalog).FindEntry(table) is { } entry)
        {
            faults.Add(
                $"the record of entry {entry} is the first that differs",
                $"首个不一致的记录属于条目 {entry}",
                entry
            );
        }
    }

    private void CheckRecords(CheckFaults faults)
    {
        var highest = examination.Number("SELECT MAX(object) FROM records");
        using var rows = examination.Read(
            """
            SELECT r.object, r.lookup_key, r.sequence, r.version, r.status, r.template, r.created_at,
                r.updated_at, v.state, l.body,
                CASE WHEN v.object = r.object AND v.version = r.version
                    AND r.version = (SELECT MAX(n.version) FROM versions n WHERE n.object = r.object)
                THEN 1 ELSE 0 END,
                CASE WHEN r.version > 1 THEN (
                    SELECT c.body FROM versions f JOIN change_log c ON c.sequence = f.sequence
                    WHERE f.object = r.object AND f.version = 1
                ) ELSE NULL END
            FROM records r LEFT JOIN versions v ON v.sequence = r.sequence
                LEFT JOIN change_log l ON l.sequence = r.sequence
            ORDER BY r.object
            """
        );
        var (active, revoked) = (0L, 0L);
        foreach (var batch in ReadAhead.Select(rows, row => examination.Tick(row.Int64(0), highest), Examine))
        {
            active += batch.Active;
            revoked += batch.Revoked;
            batch.Lagging.ForEach(record => AddLagging(record, faults));
            faults.Add(batch.Faults);
            foreach (var (table, rowsOf) in batch.Sides)
            {
                _sides[table].Add(rowsOf);
            }
        }
        faults.Summary = new($"{active:N0} active, {revoked:N0} revoked", $"有效 {active:N0}，已注销 {revoked:N0}");
    }

    private ExaminedRecords Examine(IReadOnlyList<ExaminedRow> rows)
    {
        var batch = new ExaminedRecords(_sides.ToDictionary(side => side.Key, side => side.Value.Begin()));
        foreach (var row in rows)
        {
            var record = ReadRecord(row);
            batch.Count(record.Status);
            if (row.Int64(10) == 1)
            {
                TryCheck(record, row, batch);
            }
            else
            {
                batch.Lagging.Add(record);
            }
        }
        return batch;
    }

    private void AddLagging(StoredRecord record, CheckFaults faults)
    {
        var entry = RowEntry.Find(examination, record.Sequence, record.Object, e => Common(record, e), 4);
        faults.Add(
            $"record {record.Key} (object {record.Object}) is not at its newest version",
            $"记录 {record.Key}（对象 {record.Object}）不是最新版本",
            entry?.Sequence ?? record.Sequence
        );
    }

    private static StoredRecord ReadRecord(ExaminedRow row) =>
        new()
        {
            Object = row.Int64(0),
            Key = new LookupKey(row.Bytes(1)),
            Sequence = row.Int64(2),
            Version = row.Int64(3),
            Status = (RecordStatus)row.Int64(4),
            Digest = [],
            CreatedAt = row.Int64(6),
            UpdatedAt = row.Int64(7),
            State = row.Bytes(8),
        };

    private void TryCheck(StoredRecord record, ExaminedRow row, ExaminedRecords batch)
    {
        try
        {
            var fields = new Fields(record.State);
            CompareRow(record, row, fields, batch.Faults);
            ExpectRows(record, fields, batch);
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or FormatException
                        or OverflowException
                        or ArgumentException
                        or IndexOutOfRangeException
                        or System.Text.Json.JsonException
            )
        {
            batch.Faults.Add(
                $"record {record.Key} cannot be read: {e.Message}",
                $"记录 {record.Key} 无法读取：{e.Message}",
                record.Sequence
            );
        }
    }

    private static int Common(StoredRecord record, RowEntry entry) =>
        (entry.Body.Object == record.Object ? 1 : 0)
        + (entry.Body.Version == record.Version ? 1 : 0)
        + (entry.Body.Time == record.UpdatedAt ? 1 : 0)
        + (IsOf(record.Key, entry.State) ? 1 : 0);

    private static bool IsOf(LookupKey key, byte[] state)
    {
        try
        {
            return RecordState.IdentifierOf(state) is { } identifier && LookupKey.Of(identifier).Equals(key);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void CompareRow(StoredRecord record, ExaminedRow row, Fields fields, CheckFaults faults)
    {
        if (
            !LogBody.TryDecode(row.Bytes(9), out var body, out var commitments)
            || body.Kind != LogKind.Record
            || body.Time != record.UpdatedAt
        )
        {
            faults.Add(
                $"record {record.Key} is not what its entry {record.Sequence} says",
                $"记录 {record.Key} 与其条目 {record.Sequence} 不符",
                record.Sequence
            );
        }
        if (CreatedAt(row, body) is { } created && created != record.CreatedAt)
        {
            faults.Add(
                $"record {record.Key} was created at another time, says its first entry",
                $"记录 {record.Key} 的建立时间与首个条目不符",
                record.Sequence
            );
        }
        // A missing field may have been erased. A field that is there must agree with the row.
        CompareFields(record, row, fields, commitments.Length / Commitments.Length > fields.Count, faults);
    }

    private static void CompareFields(
        StoredRecord record,
        ExaminedRow row,
        Fields fields,
        bool erased,
        CheckFaults faults
    )
    {
        var identifier = fields.Identifier is null ? null : LookupKey.Of(fields.Identifier).ToString();
        Compare("identifier", record.Key.ToString(), identifier);
        Compare("status", StatusText(row.Int64(4)), fields.Status);
        Compare("template", TextOrNull(row, 5), fields.Template?[..fields.Template.LastIndexOf('/')]);

        void Compare(string name, string? inRow, string? inState)
        {
            if (inRow != inState && !(erased && inState is null))
            {
                faults.Add(
                    $"record {record.Key}: its {name} is {inRow ?? "none"}, "
                        + $"its newest version says {inState ?? "none"}",
                    $"记录 {record.Key}：{name} 为 {inRow ?? "空"}，最新版本中为 {inState ?? "空"}",
                    record.Sequence
                );
            }
        }
    }

    /// <summary>The time of the record's first entry; null if that cannot be read.</summary>
    private static long? CreatedAt(ExaminedRow row, LogBody newest)
    {
        if (newest.Version == 1)
        {
            return newest.Time;
        }
        return LogBody.TryDecode(row.Bytes(11), out var first, out _) ? first.Time : null;
    }

    private static string StatusText(long status) =>
        status switch
        {
            (long)RecordStatus.Active => "active",
            (long)RecordStatus.Revoked => "revoked",
            _ => $"{status}",
        };

    private static string? TextOrNull(ExaminedRow row, int column) => row.IsNull(column) ? null : row.Text(column);

    private void ExpectRows(StoredRecord record, Fields fields, ExaminedRecords batch)
    {
        void NoSource(string code) =>
            batch.Faults.Add(
                $"record {record.Key}: there is no source {code}",
                $"记录 {record.Key}：没有来源 {code}",
                record.Sequence
            );
        foreach (var key in KeyRows.Of(record, _catalog, NoSource))
        {
            _sides[key.Table].Expect(batch.Sides[key.Table], key, record.Object);
        }
        if (record.Status != RecordStatus.Active)
        {
            return;
        }
        if (RecordReader.ContentOf(record, _catalog) is not { } content)
        {
            batch.Faults.Add(
                $"record {record.Key}: there is no template {fields.Template}",
                $"记录 {record.Key}：没有模板 {fields.Template}",
                record.Sequence
            );
            return;
        }
        foreach (var side in SideTables.RowsOf(content))
        {
            _sides[side.Table].Expect(batch.Sides[side.Table], side, record.Object);
        }
    }

    /// <summary>The fields of a state that the record's row repeats.</summary>
    private readonly struct Fields
    {
        public Fields(ReadOnlySpan<byte> state)
        {
            var reader = new StateReader(state);
            Count = reader.Count;
            while (reader.Read())
            {
                if (!reader.Code.StartsWith("m:"u8))
                {
                    continue;
                }
                var value = Encoding.UTF8.GetString(reader.Value);
                switch (Encoding.UTF8.GetString(reader.Code))
                {
                    case StateCodes.Identifier:
                        Identifier = value;
                        break;
                    case StateCodes.Status:
                        Status = value;
                        break;
                    case StateCodes.Template:
                        Template = value;
                        break;
                }
            }
        }

        public int Count { get; }

        public string? Identifier { get; }

        public string? Status { get; }

        public string? Template { get; }
    }
}
