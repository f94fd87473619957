using IdResolution.Core.Events;
using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// The baseline of traces: one recursive query over the node's own tables by a prepared command of
/// Microsoft.Data.Sqlite, whose rows have what the node tells of each link and of the item it leads to. Every row is
/// read whole.
/// </summary>
internal sealed class RecursiveTrace : IDisposable
{
    private const string Counts = "e.object = n.event AND e.made <= $number AND (e.voided = 0 OR e.voided > $number)";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;
    private readonly SqliteCommand _root;
    private readonly HashSet<long> _items = [];

    public RecursiveTrace(SqliteConnection connection, bool backward)
    {
        _connection = connection;
        // What was made and what it was made from: output and input, parent and child, order and what it covers.
        var (near, far) = backward
            ? ("2, 3, 15", "CASE n.role WHEN 2 THEN 1 WHEN 3 THEN 4 ELSE 14 END")
            : ("1, 4, 14", "CASE n.role WHEN 1 THEN 2 WHEN 4 THEN 3 ELSE 15 END");
        var links = $"""
            CROSS JOIN event_members n ON n.item = w.item AND n.role IN ({near})
            CROSS JOIN events e ON {Counts}
            CROSS JOIN event_members f ON f.event = n.event AND f.role = {far}
            """;
        _command = connection.CreateCommand();
        _command.CommandText = $"""
            WITH RECURSIVE
            walk (item, generation) AS (
                VALUES ($root, 0)
                UNION
                SELECT f.item, w.generation + 1 FROM walk w {links}
            ),
            found (item, generation) AS (SELECT item, MIN(generation) FROM walk GROUP BY item)
            SELECT w.item, w.generation, f.item, r.lookup_key, r.template, r.status, v.state,
                n.event, e.type, e.time, n.role, n.row, f.row, n.quantity, n.unit, f.quantity, f.unit, n.position,
                f.position
            FROM found w {links}
            CROSS JOIN records r ON r.object = f.item
            CROSS JOIN versions v ON v.sequence = r.sequence
            """;
        _command.Parameters.Add("$root", SqliteType.Integer);
        _command.Parameters.Add("$number", SqliteType.Integer);
        _command.Prepare();
        _root = connection.CreateCommand();
        _root.CommandText = "SELECT object FROM records WHERE lookup_key = $key";
        _root.Parameters.Add("$key", SqliteType.Blob);
        _root.Prepare();
    }

    /// <summary>Walks from an item and reads every row.</summary>
    /// <returns>How many items and links there are, and how many characters their identifiers have.</returns>
    public (long Items, long Links, long Characters) Run(ItemKey root, long number)
    {
        _root.Parameters[0].Value = root.Folded.Bytes;
        var start = (long)_root.ExecuteScalar()!;
        _command.Parameters[0].Value = start;
        _command.Parameters[1].Value = number;
        _items.Clear();
        _items.Add(start);
        var (links, characters) = (0L, 0L);
        using var rows = _command.ExecuteReader();
        while (rows.Read())
        {
            links++;
            _items.Add(rows.GetInt64(2));
            characters += RecordState.IdentifierOf((byte[])rows[6])!.Length;
            _ = (byte[])rows[3];
            _ = rows.IsDBNull(4) ? null : rows.GetString(4);
            foreach (var column in (ReadOnlySpan<int>)[0, 1, 5, 7, 8, 9, 10, 11, 12])
            {
                _ = rows.GetInt64(column);
            }
            for (var column = 13; column < 19; column++)
            {
                _ = rows.IsDBNull(column) ? null : rows.GetString(column);
            }
        }
        return (_items.Count, links, characters);
    }

    public void Dispose()
    {
        _root.Dispose();
        _command.Dispose();
        _connection.Dispose();
    }
}
