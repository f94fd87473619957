using System.Globalization;
using System.IO.Compression;
using System.Text;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.SqlServer;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Storage.Tests.ServerDialect;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.KeptStores;

/// <summary>
/// A store made by an earlier version, as files of the project: the embedded one as it lay on disk, packed; that of
/// SQL Server as statements; and what must be read of both.
/// </summary>
internal static class KeptStore
{
    /// <summary>What the schema of SQL Server was when the store was made: its first scripts.</summary>
    private const int ServerScripts = 2;

    /// <summary>The clock of migrations, which make entries of the log: 2026-11-30T08:00:00Z.</summary>
    public static TimeProvider Time { get; } = new ManualTime(new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero));

    public static string Text => File.ReadAllText(PathOf("store.txt"));

    /// <summary>Puts the embedded store in a place.</summary>
    public static void Unpack(string file)
    {
        using var packed = new GZipStream(File.OpenRead(PathOf("idnode.db.gz")), CompressionMode.Decompress);
        using var plain = File.Create(file);
        packed.CopyTo(plain);
    }

    /// <summary>Fills an empty database of SQL Server.</summary>
    public static void Fill(string connectionString)
    {
        using var connection = new SqlConnection(connectionString);
        connection.Open();
        void Execute(string sql)
        {
            using var command = new SqlCommand(sql, connection);
            command.ExecuteNonQuery();
        }
        Execute(SqlServerSchema.CreateHistory);
        foreach (var script in Script.All("SqlServer").Take(ServerScripts))
        {
            SqlServerMigrator.Batches(script.Sql).ToList().ForEach(Execute);
            Execute(
                "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
                    + $"VALUES ({script.Version}, N'{script.Name}', N'{script.Checksum}', 0)"
            );
        }
        File.ReadAllLines(PathOf("sqlserver.sql")).ToList().ForEach(Execute);
    }

    /// <summary>Makes all three files anew, of the present version.</summary>
    public static async Task MakeAsync()
    {
        using var directory = new TemporaryDirectory();
        var made = directory.File("made.db");
        var file = directory.File("idnode.db");
        await KeptStoreMaker.MakeAsync(made);
        RawSql.Run(made, $"VACUUM INTO '{file}'");
        Directory.CreateDirectory(PathOf());
        await using (var packed = new GZipStream(File.Create(PathOf("idnode.db.gz")), CompressionLevel.SmallestSize))
        {
            await using var plain = File.OpenRead(file);
            await plain.CopyToAsync(packed);
        }
        using var server = new ServerDialectDatabase();
        await StoreCopy.RunAsync(
            CopyAddress.OfFile(file),
            server.Address,
            new Dictionary<string, string>(),
            TimeProvider.System,
            new Doing<(string, double)>(_ => { }),
            CancellationToken.None
        );
        await File.WriteAllTextAsync(PathOf("sqlserver.sql"), Statements(server.ConnectionString));
        using var node = await EmbeddedNode.OpenAsync(file);
        await File.WriteAllTextAsync(PathOf("store.txt"), await StoreText.ReadAsync(node.Store));
    }

    private static string PathOf(params string[] file) =>
        RepositoryFolder.PathOf(["tests", "IdResolution.Storage.Tests", "KeptStores", "Version1", .. file]);

    /// <summary>One statement a line.</summary>
    private static string Statements(string connectionString)
    {
        using var connection = new SqlConnection(connectionString);
        connection.Open();
        var text = new StringBuilder("DELETE FROM counters\n");
        foreach (var table in CopyTable.All)
        {
            using var command = new SqlCommand(table.SelectStatement(after: false), connection);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var values = Enumerable.Range(0, reader.FieldCount).Select(i => Literal(reader.GetValue(i)));
                text.Append($"INSERT INTO {table.Quoted} ({table.ColumnList}) VALUES ({string.Join(", ", values)})\n");
            }
        }
        return text.ToString();
    }

    private static string Literal(object value) =>
        value switch
        {
            DBNull => "NULL",
            byte[] bytes => $"0x{Convert.ToHexStringLower(bytes)}",
            string text => $"N'{text.Replace("'", "''", StringComparison.Ordinal)}'",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
