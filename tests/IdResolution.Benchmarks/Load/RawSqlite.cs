using System.Diagnostics;
using IdResolution.Benchmarks.Data;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Server.Hosting;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// The baseline of registrations: one thread inserting with prepared commands of Microsoft.Data.Sqlite, into the node's
/// own schema and with its pragmas, the very rows that registrations write, made beforehand by the core.
/// </summary>
internal sealed class RawSqlite
{
    private readonly List<(RecordWrite Write, byte[] Body, byte[] Leaf)> _rows;

    private RawSqlite(List<(RecordWrite, byte[], byte[])> rows) => _rows = rows;

    public int Count => _rows.Count;

    /// <summary>Makes the rows of registrations, with their numbers as in an empty log.</summary>
    public static async Task<RawSqlite> PrepareAsync(
        NodeContainer node,
        int count,
        int keys,
        CancellationToken cancellationToken
    )
    {
        var store = new CapturingStore();
        var plant = node.Get<PlantClock>();
        var secrets = new NodeSecrets(new byte[NodeSecrets.KeyLength]);
        var catalog = node.Get<CatalogHolder>();
        var sequences = new SequenceBlocks(node.Get<NodeStore>().Sequences);
        var registrar = new Registrar(
            store,
            catalog,
            new IdentifierGiver(store, sequences, node.Get<ILostIdentifiers>(), plant),
            new ItemRecognizer(
                catalog,
                new KeyFinder(store, catalog, secrets),
                node.Get<ILostIdentifiers>(),
                node.Get<IDocumentStore>(),
                secrets,
                plant.Time
            ),
            plant
        );
        for (var start = 0; start < count; start += Registrar.MaxBatch)
        {
            var requests = Enumerable
                .Range(start + 1, Math.Min(Registrar.MaxBatch, count - start))
                .Select(i => Item.Request("RAW", i, keys))
                .ToList();
            await registrar.RegisterAsync(requests, Caller.Node, cancellationToken);
        }
        var rows = store.Writes.Select(
            (write, i) =>
            {
                var body = new LogBody(LogKind.Record, LogOperation.Create, i + 1, 1, write.Time, write.Actor).Encode(
                    write.Commitments
                );
                return (write, body, LogBody.Leaf(body));
            }
        );
        return new RawSqlite([.. rows]);
    }

    /// <summary>
    /// Writes rows into a new database for a time, so many a transaction; gives registrations a second.
    /// </summary>
    public double Run(string file, int perTransaction, TimeSpan time)
    {
        using var connection = SqliteDatabase.Open(file, TimeProvider.System).Connect();
        using var begin = Prepare(connection, "BEGIN IMMEDIATE", 0);
        using var commit = Prepare(connection, "COMMIT", 0);
        using var counter = Prepare(connection, SqliteStatements.WriteCounter, 2);
        using var log = Prepare(connection, SqliteStatements.InsertLog, 3);
        using var version = Prepare(connection, SqliteStatements.InsertVersion, 4);
        using var record = Prepare(connection, SqliteStatements.InsertRecord, 9);
        var sides = SideTables.All.ToDictionary(
            table => table,
            table => Prepare(connection, SideStatements.InsertSql(table), table.Columns.Count + 1)
        );
        var clock = Stopwatch.StartNew();
        var done = 0;
        while (done < _rows.Count && clock.Elapsed < time)
        {
            begin.ExecuteNonQuery();
            for (var end = Math.Min(done + perTransaction, _rows.Count); done < end; done++)
            {
                var number = done + 1L;
                var (write, body, leaf) = _rows[done];
                Execute(log, number, body, leaf);
                Execute(version, number, number, 1L, write.State);
                Execute(
                    record,
                    number,
                    write.Key.Bytes,
                    number,
                    1L,
                    0L,
                    write.Template,
                    write.Digest,
                    write.Time,
                    write.Time
                );
                foreach (var row in write.Rows)
                {
                    Execute(sides[row.Table], [.. row.Values.Select((v, i) => Plain(row.Table.Columns[i], v)), number]);
                }
            }
            Execute(counter, "log", (long)done);
            Execute(counter, "object", (long)done);
            commit.ExecuteNonQuery();
        }
        foreach (var side in sides.Values)
        {
            side.Dispose();
        }
        return done / clock.Elapsed.TotalSeconds;
    }

    private static object Plain(SideColumn column, SideValue value) =>
        column.Kind switch
        {
            SideColumnKind.Number => value.Number,
            SideColumnKind.Bytes => value.Bytes,
            _ => value.Text,
        };

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = "?" + i });
        }
        command.Prepare();
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
        command.ExecuteNonQuery();
    }
}
