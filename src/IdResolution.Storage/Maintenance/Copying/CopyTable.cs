using IdResolution.Core.Records;

namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>
/// A table as both stores have it: whole numbers, text and bytes. What a dialect keeps differently is its end's own
/// affair.
/// </summary>
/// <param name="Name">The table.</param>
/// <param name="Columns">Its columns, those of its key first.</param>
/// <param name="KeyColumns">How many of them are its key.</param>
/// <param name="Binary">
/// Those of bytes. Others that SQL Server keeps in bytes are text there too: compared as bytes, its blanks count.
/// </param>
/// <param name="Filter">What of it is copied; null for all.</param>
internal sealed record CopyTable(
    string Name,
    string[] Columns,
    int KeyColumns,
    string[]? Binary = null,
    string? Filter = null
)
{
    /// <summary>
    /// Everything but leases, which are about running nodes, and the history of migrations, which is each database's
    /// own. The log comes last.
    /// </summary>
    public static readonly IReadOnlyList<CopyTable> All =
    [
        new("settings", ["name", "value"], 1, Filter: $"name NOT LIKE '{StoreCopy.Mark}%'"),
        new("counters", ["name", "value"], 1),
        new("documents", ["kind", "code", "object", "version", "sequence", "json"], 2),
        new("sequences", ["scope", "next"], 1),
        new("statistics", ["day", "template", "source", "operation", "count"], 4),
        new("log_readers", ["name", "cursor"], 1),
        new("dead_letters", ["reader", "sequence", "reason", "at"], 2),
        new("audit", ["id", "time", "caller", "action", "target", "outcome", "count"], 1),
        new(
            "records",
            [
                "object",
                "lookup_key",
                "sequence",
                "version",
                "status",
                "template",
                "source",
                "source_key",
                "digest",
                "created_at",
                "updated_at",
            ],
            1,
            ["lookup_key", "digest"]
        ),
        .. SideTables.All.Select(Of),
        new("versions", ["sequence", "object", "version", "state"], 1, ["state"]),
        new("change_log", ["sequence", "body", "leaf"], 1, ["body", "leaf"]),
    ];

    /// <summary>The table's name, quoted for both dialects.</summary>
    public string Quoted => $"[{Name}]";

    /// <summary>Its columns, quoted for both dialects.</summary>
    public string ColumnList => string.Join(", ", Columns.Select(c => $"[{c}]"));

    /// <summary>True for a column of bytes.</summary>
    public bool IsBinary(string column) => Binary?.Contains(column) ?? false;

    /// <summary>Counts what is copied.</summary>
    public string CountStatement => $"SELECT COUNT(*) FROM {Quoted}{(Filter is null ? "" : " WHERE " + Filter)}";

    /// <summary>
    /// Reads what is copied in order of its key; after a row where one was copied already (parameters <c>@k0</c>,
    /// <c>@k1</c>, …).
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
