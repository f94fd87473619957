using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;

namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>
/// A table in the form that both stores share: whole numbers, text and bytes. Each store converts what it keeps in
/// another form.
/// </summary>
/// <param name="Name">The name of the table.</param>
/// <param name="Columns">The columns; those of the key come first.</param>
/// <param name="KeyColumns">The number of key columns.</param>
/// <param name="Binary">
/// The columns of bytes. Texts that SQL Server keeps as bytes, so that blanks count, are not among them.
/// </param>
/// <param name="Filter">The condition for rows to copy; null for all rows.</param>
internal sealed record CopyTable(
    string Name,
    string[] Columns,
    int KeyColumns,
    string[]? Binary = null,
    string? Filter = null
)
{
    private const string Refilled = $"('{QualityArchivist.ReaderName}', '{StockRow.ReaderName}')";

    /// <summary>
    /// All tables to copy; the log comes last. Leases are left out, since they belong to running nodes, and the history
    /// of migrations, since each database has its own.
    /// </summary>
    public static readonly IReadOnlyList<CopyTable> All =
    [
        new("settings", ["name", "value"], 1, Filter: $"name NOT LIKE '{StoreCopy.Mark}%'"),
        new("counters", ["name", "value"], 1),
        new("documents", ["kind", "code", "object", "version", "sequence", "json"], 2),
        new("sequences", ["scope", "next"], 1),
        new("statistics", ["day", "template", "source", "operation", "count"], 4),
        new("prefix_statistics", ["day", "template", "source", "operation", "prefix", "count"], 5),
        // The quality archive and the stock are not copied: their readers begin anew there.
        new("log_readers", ["name", "cursor"], 1, Filter: $"name NOT IN {Refilled}"),
        new("dead_letters", ["reader", "sequence", "reason", "at"], 2, Filter: $"reader NOT IN {Refilled}"),
        new("lost_identifiers", ["source", "source_key", "template", "identifier"], 2),
        new(
            "audit",
            [
                "id",
                "time",
                "caller",
                "action",
                "target",
                "outcome",
                "count",
                "kind",
                "source",
                "trace",
                "os_user",
                "node",
                "position",
                "previous",
                "hash",
            ],
            1,
            ["previous", "hash"]
        ),
        new("audit_chains", ["kind", "position", "line", "time", "hash"], 1, ["hash"]),
        new(
            "records",
            ["object", "lookup_key", "sequence", "version", "status", "template", "digest", "created_at", "updated_at"],
            1,
            ["lookup_key", "digest"]
        ),
        .. SideTables.All.Select(Of),
        new(
            "events",
            ["object", "type", "time", "made", "voided", "version", "identity", "digest", "voids"],
            1,
            ["identity", "digest"]
        ),
        new("event_members", ["event", "role", "row", "item", "time", "quantity", "unit", "position"], 3),
        new("unregistered", ["number", "key", "text"], 1, ["key"]),
        new("holds", ["hold", "scope", "ended", "asked", "spreading", "floor"], 1),
        new("item_holds", ["item", "hold", "is_own", "ended", "mark"], 2),
        new("hold_releases", ["hold", "release"], 2),
        new("versions", ["sequence", "object", "version", "state"], 1, ["state"]),
        new("change_log", ["sequence", "body", "leaf"], 1, ["body", "leaf"]),
    ];

    public string Quoted => $"[{Name}]";

    /// <summary>The columns, quoted for both dialects and separated by commas.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(c => $"[{c}]"));

    /// <summary>True if the column has bytes and not text.</summary>
    public bool IsBinary(string column) => Binary?.Contains(column) ?? false;

    /// <summary>The statement that counts the rows to copy.</summary>
    public string CountStatement => $"SELECT COUNT(*) FROM {Quoted}{(Filter is null ? "" : " WHERE " + Filter)}";

    /// <summary>
    /// The statement that reads the rows to copy in the order of their key. With <paramref name="after"/> it reads
    /// those after a key (parameters <c>@k0</c>, <c>@k1</c>, …).
    /// </summary>
    public string SelectStatement(bool after)
    {
        var keys = Columns[..KeyColumns];
        var beyond = string.Join(
            " OR ",
            keys.Select(
                (key, i) =>
                    $"({string.Join(" AND ", keys[..i].Select((k, j) => $"[{k}] = @k{j}").Append($"[{key}] > @k{i}"))})"
            )
        );
        var conditions = new[] { Filter, after ? $"({beyond})" : null }.OfType<string>().ToList();
        var where = conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
        return $"SELECT {ColumnList} FROM {Quoted}{where} ORDER BY {string.Join(", ", keys.Select(k => $"[{k}]"))}";
    }

    private static CopyTable Of(SideTable table)
    {
        var key = table.Columns.Where(c => c.IsKey).Select(c => c.Name);
        var others = table.Columns.Where(c => !c.IsKey).Select(c => c.Name);
        var bytes = table.Columns.Where(c => c.Kind == SideColumnKind.Bytes).Select(c => c.Name);
        string[] keyed = table.HasOneHolder ? [.. key] : [.. key, SideTable.ObjectColumn];
        string[] rest = table.HasOneHolder ? [.. others, SideTable.ObjectColumn] : [.. others];
        return new CopyTable(table.Name, [.. keyed, .. rest], keyed.Length, [.. bytes]);
    }
}
