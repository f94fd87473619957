using System.Data.Common;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Statistics;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>
/// One bit of each stored thing in turn is altered behind the node's back. Doctor finds it, and names the entry that
/// the thing belongs to as the first altered one. The cases come from <see cref="StoredBits.All"/>, which the schema is
/// compared with: a new column is checked, or stands in a list here with the reason, and in <c>docs/operations.md</c>.
/// </summary>
public abstract class AlteredBitContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    /// <summary>Columns that nothing else in the store tells anything about.</summary>
    private static readonly Dictionary<string, string> s_unchecked = new()
    {
        ["records.digest"] =
            "HMAC under the key file, which doctor does without, over a text with secrets in the clear",
        ["settings.name"] = "what is not there is as if it had never been set",
        ["settings.value"] = "the node itself compares the key's fingerprint at its start; nothing repeats the others",
        ["sequences.scope"] = "a scope that was never used is as good as any other",
        ["statistics.day"] = "a count: events that no log holds are in it",
        ["statistics.template"] = "as the day",
        ["statistics.source"] = "as the day",
        ["statistics.operation"] = "as the day",
        ["prefix_statistics.day"] = "as in statistics",
        ["prefix_statistics.template"] = "as in statistics",
        ["prefix_statistics.source"] = "as in statistics",
        ["prefix_statistics.operation"] = "as in statistics",
        ["prefix_statistics.prefix"] = "as in statistics",
        ["log_readers.name"] = "only its dead letters tell that a reader was there",
        ["dead_letters.reason"] = "a text for people",
        ["dead_letters.at"] = "a time for people",
        ["events.identity"] = "HMAC under the key file, which doctor does without",
        ["events.digest"] = "as the identity",
        ["unregistered.text"] = "how an item was spelled first; its key is checked",
        ["lost_identifiers.source"] = "the records are lost",
        ["lost_identifiers.source_key"] = "the records are lost",
        ["lost_identifiers.template"] = "the records are lost",
        ["lost_identifiers.identifier"] = "the records are lost",
    };

    /// <summary>Numbers with bounds, of which only a bit that leads beyond them can be told.</summary>
    private static readonly Dictionary<string, Func<long, long>> s_bounded = new()
    {
        // Numbers are skipped after a restore, so a counter of objects may be too high.
        ["counters.value"] = value => value ^ (1L << (63 - (int)long.LeadingZeroCount(value))),
        // Identifiers registered by hand may have any number, so records do not tell which were given.
        ["sequences.next"] = value => value ^ long.MinValue,
        ["statistics.count"] = value => value ^ long.MinValue,
        ["prefix_statistics.count"] = value => value ^ long.MinValue,
        // A reader may stand at any entry, and have set aside any before that.
        ["log_readers.cursor"] = value => value ^ (1L << 40),
        ["dead_letters.sequence"] = value => value ^ (1L << 40),
        // How often a hold was asked to go on, and how far it came, is what its spreads noted last.
        ["holds.asked"] = value => value ^ long.MinValue,
        ["holds.spreading"] = value => value ^ long.MinValue,
        ["holds.floor"] = value => value ^ long.MinValue,
        ["item_holds.mark"] = value => value ^ long.MinValue,
    };

    [SetUp]
    public async Task FillAsync()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("from.db");
        using (var node = await EmbeddedNode.OpenAsync(file))
        {
            await WriteDocumentsAsync(node);
            await WriteRecordsAsync(node);
            await WriteEventsAsync(node);
            await SetAsideAsync(node);
            var line = new AuditEvent(1, "k1", "key.create", "k2", AuditEvent.Done)
            {
                Source = "192.0.2.1",
                Trace = "0af7651916cd43dd8448eb211c80319c",
                OsUser = "ann",
                Node = "plant-1",
            };
            await node.Store.Audit.AppendAsync([line], CancellationToken.None).Soon();
        }
        RawSql.Run(
            file,
            """
            INSERT INTO lost_identifiers VALUES ('mes', 'lost', 'cell', '88.300.1/CELL-000099X');
            INSERT INTO statistics VALUES ('2026-03-01', 'cell', 'mes', 'resolve', 7);
            INSERT INTO prefix_statistics VALUES ('2026-03-01', 'cell', 'mes', 'resolve', '88.300.1', 7);
            INSERT INTO settings VALUES ('sequences.gap', '7 2026-03-01');
            INSERT INTO settings VALUES ('data-key.1', 'names the key of the secrets');
            """
        );
        await StoreCopy.RunAsync(
            CopyAddress.OfFile(file),
            Address,
            new Dictionary<string, string>(),
            TimeProvider.System,
            new Collected<(string, double)>([]),
            CancellationToken.None
        );
        await KeepStockAsync();
    }

    [TestCaseSource(typeof(StoredBits), nameof(StoredBits.Tables))]
    public void Run_OneBitAltered_IsFoundAndItsEntryIsNamed(string name)
    {
        var table = StoredBits.All.Single(t => t.Name == name);
        using var connection = Connect();
        var (newest, faults, tried) = (NewestEntries(connection), new List<string>(), new HashSet<string>());
        foreach (var row in Read(connection, table))
        {
            foreach (var (i, column) in table.Columns.Index())
            {
                if (row[i] is null || s_unchecked.ContainsKey($"{name}.{column}"))
                {
                    continue;
                }
                foreach (var (place, altered) in Altered($"{name}.{column}", row[i]!))
                {
                    if (!TryWrite(connection, table, row, i, altered))
                    {
                        continue;
                    }
                    tried.Add(column);
                    var found = Doctor.Run(Settings, null, CancellationToken.None).Where(f => !f.Ok).ToList();
                    Restore(connection, table, row, i, altered);
                    if (Fault(found, Entry(table, row, newest)) is { } fault)
                    {
                        faults.Add($"{column}, {place}, of row {row[0]} {row[1]}: {fault}");
                    }
                }
            }
        }

        Assert.That(faults, Is.Empty);
        Assert.That(
            table.Columns.Where(c => !s_unchecked.ContainsKey($"{name}.{c}")),
            Is.EquivalentTo(tried),
            "a column without a row to alter"
        );
        Assert.That(Doctor.Run(Settings, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public void Tables_OfTheSchema_AreAllAltered_ButThoseThatOtherTestsAlter()
    {
        var file = Settings.IsSqlServer ? null : Settings.File;
        Assume.That(file, Is.Not.Null, "both schemas have the same tables, says the test of copies");
        var tables = RawSql
            .Run(
                file!,
                "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )!
            .ToString()!
            .Split(',');

        // Leases last seconds. QualityTests alters the archive, EmbeddedFileOpeningTests the history of migrations.
        Assert.That(tables.Except(["leases", "quality", "schema_migrations"]), Is.EquivalentTo(StoredBits.Tables));
    }

    [Test]
    public async Task Stock_Altered_IsMadeAnewByItsReader()
    {
        Execute("UPDATE stock SET item = item + 100000");
        Assert.That(Doctor.Run(Settings, null, CancellationToken.None).Single(f => !f.Ok).IsDerived);

        await Ports.Readers.RestartAsync(StockRow.ReaderName, 0, CancellationToken.None).Soon();
        await KeepStockAsync();

        Assert.That(Doctor.Run(Settings, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
        var query = new StockQuery { Limit = 10 };
        Assert.That(await Ports.Stock.ReadAsync(query, CancellationToken.None), Is.Not.Empty);
    }

    [Test]
    public void Unchecked_EachColumn_IsOneThatThereIs() =>
        Assert.That(
            s_unchecked.Keys.Concat(s_bounded.Keys),
            Is.SubsetOf(CopyTable.All.SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column}")))
        );

    private static IEnumerable<(string Place, object Value)> Altered(string column, object value) =>
        s_bounded.TryGetValue(column, out var alter)
            ? [("the bit beyond its bounds", alter((long)value))]
            : StoredBits.Altered(column[(column.IndexOf('.') + 1)..], value);

    private static string? Fault(List<Finding> found, long? entry)
    {
        if (found.Count == 0)
        {
            return "not found";
        }
        var named = found.Min(f => f.FirstEntry);
        return entry is null || named == entry
            ? null
            : $"named {named} and not {entry}: {string.Join("; ", found.Select(f => f.Detail.En))}";
    }

    /// <summary>The entry that a row belongs to; null for rows that belong to none.</summary>
    private static long? Entry(CopyTable table, object?[] row, Dictionary<long, long> newest) =>
        table.Columns.Contains("sequence") && table.Name != "dead_letters"
            ? (long)row[Array.IndexOf(table.Columns, "sequence")]!
        : table.Columns.Contains(SideTable.ObjectColumn)
        && newest.TryGetValue((long)row[Array.IndexOf(table.Columns, SideTable.ObjectColumn)]!, out var entry)
            ? entry
        : null;

    private static Dictionary<long, long> NewestEntries(DbConnection connection)
    {
        var table = CopyTable.All.Single(t => t.Name == "records");
        return Read(connection, table).ToDictionary(row => (long)row[0]!, row => (long)row[2]!);
    }

    private static List<object?[]> Read(DbConnection connection, CopyTable table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {table.ColumnList} FROM {table.Quoted}";
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([
                .. Enumerable
                    .Range(0, table.Columns.Length)
                    .Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i)),
            ]);
        }
        return rows;
    }

    /// <summary>Writes an altered value; false if a constraint does not take it.</summary>
    private static bool TryWrite(DbConnection connection, CopyTable table, object?[] row, int column, object value)
    {
        try
        {
            Write(connection, table, row, column, value);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private static void Restore(DbConnection connection, CopyTable table, object?[] row, int column, object altered)
    {
        var there = row.ToArray();
        there[column] = altered;
        Write(connection, table, there, column, row[column]!);
    }

    private static void Write(DbConnection connection, CopyTable table, object?[] row, int column, object value)
    {
        using var command = connection.CreateCommand();
        var where = table.Columns[..table.KeyColumns].Select((key, i) => $"[{key}] = @k{i}");
        command.CommandText =
            $"UPDATE {table.Quoted} SET [{table.Columns[column]}] = @value WHERE {string.Join(" AND ", where)}";
        Add(command, "@value", value);
        for (var i = 0; i < table.KeyColumns; i++)
        {
            Add(command, $"@k{i}", row[i]!);
        }
        Assert.That(command.ExecuteNonQuery(), Is.EqualTo(1));
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private static async Task WriteDocumentsAsync(EmbeddedNode node)
    {
        var keys = new KeyIssuer(node.Documents, TimeProvider.System, new AccessPolicy(), EmbeddedNode.Secrets);
        var key = await keys.CreateAsync(new NewKey(Role.Reader, "kept"), Caller.CommandLine, CancellationToken.None)
            .Soon();
        await keys.RevokeAsync(key.Value.Key.Id, Caller.CommandLine, CancellationToken.None).Soon();
        await new LogNamer(node.Documents, node.Store.Settings, TimeProvider.System)
            .BeginAsync(null, CancellationToken.None)
            .Soon();
        var pack = new TemplatePack { Categories = [new Category { Code = "material" }] };
        await new TemplatePacks(node.Documents).ImportAsync(pack, Caller.CommandLine, CancellationToken.None).Soon();
    }

    private static async Task WriteRecordsAsync(EmbeddedNode node)
    {
        var raw = await node
            .Registrar.RegisterAsync(
                new RegistrationRequest
                {
                    Identifier = $"{EmbeddedNode.Prefix}/Raw",
                    Source = "mes",
                    SourceKey = "Raw",
                    Values =
                    [
                        new RawValue
                        {
                            Index = 7,
                            Type = "EMAIL",
                            Data = Encoding.UTF8.GetBytes("a@example.com"),
                            References = [new Reference($"{EmbeddedNode.Prefix}/x", 3)],
                        },
                        new RawValue
                        {
                            Index = 300,
                            Type = RawValue.SecretKeyType,
                            Data = Encoding.UTF8.GetBytes("secret of the test"),
                        },
                    ],
                },
                Caller.CommandLine,
                CancellationToken.None
            )
            .Soon();
        Assert.That(raw.IsOk, raw.IsOk ? "" : raw.Error.Message.En);
        var traded = await node
            .Registrar.RegisterAsync(
                new RegistrationRequest
                {
                    Identifier = $"{EmbeddedNode.Prefix}/Traded",
                    Source = "gs1",
                    SourceKey = "(01)06912345111225(21)a1",
                    Values =
                    [
                        new RawValue
                        {
                            Index = 1,
                            Type = "EMAIL",
                            Data = Encoding.UTF8.GetBytes("b@example.com"),
                        },
                    ],
                },
                Caller.CommandLine,
                CancellationToken.None
            )
            .Soon();
        Assert.That(traded.IsOk, traded.IsOk ? "" : traded.Error.Message.En);
        await node.RegisterAsync("whole 氢能 ");
        await node.RegisterAsync("stocked", identifier: $"{EmbeddedNode.Prefix}/Stocked");
        var updated = await node.RegisterAsync("updated");
        var erased = await node.RegisterAsync("erased");
        await node.UpdateAsync(updated, "power", "-7");
        await node.RevokeAsync(await node.RegisterAsync("revoked"));
        await node.EraseAsync(erased, "a:power", "a:note");
    }

    private static async Task WriteEventsAsync(EmbeddedNode node)
    {
        var item = $"{EmbeddedNode.Prefix}/Raw";
        var used = EventWrites.Logged(
            EventWrites.Event(
                "e1",
                EventType.Operate,
                1,
                EventWrites.Member(MemberRole.Input, $"{EmbeddedNode.Prefix}/later", "12.5", "MTR", "left"),
                EventWrites.Member(MemberRole.Output, item),
                EventWrites.Member(MemberRole.Person, "#Ann"),
                EventWrites.Member(MemberRole.Place, "#Hall 3")
            )
        );
        var hold = EventWrites.Logged(EventWrites.Hold("h1", HoldScope.MadeFrom, 2, item));
        var release = EventWrites.Logged(
            EventWrites.Event("r1", EventType.Release, 3, EventWrites.Member(MemberRole.Item, item))
        );
        var byUri = EventWrites.Logged(
            EventWrites.Event(
                "u1",
                EventType.Observe,
                3,
                EventWrites.Member(MemberRole.Item, "urn:epc:id:sgtin:6912345.011122.a1")
            )
        );
        var stocked = EventWrites.Logged(
            EventWrites.Event(
                "s1",
                EventType.Receive,
                5,
                EventWrites.Member(MemberRole.Item, $"{EmbeddedNode.Prefix}/Stocked", "12.5", "MTR"),
                EventWrites.Member(MemberRole.Place, "#Shelf")
            )
        );
        EventWrite[] writes = [used, hold, release, byUri, stocked];
        var made = await node.Store.Events.WriteAsync(writes, CancellationToken.None).Soon();
        var named = EventWrites.Logged(EventWrites.Event("r2", EventType.Release, 3)) with { Ends = [made[1].Object] };
        await node.Store.Events.WriteAsync([named], CancellationToken.None).Soon();
        var correction = EventWrites.Logged(EventWrites.Correction("c1", 4, made[0].Object));
        await node.Store.Events.WriteAsync([correction], CancellationToken.None).Soon();
        var erasure = new EventErasure
        {
            Object = made[0].Object,
            ExpectedVersion = 1,
            Values = [new ErasedValue("e:persons", 0)],
            Rows = [2],
            Actor = 0,
            Time = RecordWrites.Time,
        };
        Assert.That(await node.Store.EventUpkeep.EraseAsync(erasure, CancellationToken.None).Soon(), Is.Not.Null);
    }

    /// <summary>Has the reader of the log make the stock.</summary>
    private async Task KeepStockAsync()
    {
        using var catalog = new CatalogHolder(Ports.Documents, TimeProvider.System);
        await catalog.ReloadAsync(0, CancellationToken.None).Soon();
        var plant = new PlantClock(TimeProvider.System, TimeZoneInfo.Utc);
        var keeper = new StockKeeper(
            Ports.Stock,
            Ports.Events,
            new EventIds(EmbeddedNode.Secrets),
            new StockReckoner(Ports.Events, Ports.Records, catalog, plant),
            new UnregisteredHealer(Ports.Upkeep, Ports.Readers, new HoldSpreader(Ports.Events)),
            catalog
        );
        var lease = await Ports
            .Leases.TakeAsync(StockRow.ReaderName, "a", TimeSpan.FromMinutes(1), CancellationToken.None)
            .Soon();
        var from = await Ports.Readers.CursorAsync(StockRow.ReaderName, CancellationToken.None);
        var changes = await Ports.Log.ReadAsync(from, 1_000, CancellationToken.None);
        var move = new LogMove(lease!, StockRow.ReaderName, from, changes[^1].Sequence);
        Assert.That(await keeper.HandleAsync(changes, move, CancellationToken.None).Soon());
    }

    private static async Task SetAsideAsync(EmbeddedNode node)
    {
        var lease = await node
            .Store.Leases.TakeAsync(LogCounter.ReaderName, "a", TimeSpan.FromMinutes(1), CancellationToken.None)
            .Soon();
        await node
            .Store.Readers.SetAsideAsync(
                new LogMove(lease!, LogCounter.ReaderName, 0, 5),
                new DeadLetter(LogCounter.ReaderName, 5, "test", 1),
                CancellationToken.None
            )
            .Soon();
    }
}
