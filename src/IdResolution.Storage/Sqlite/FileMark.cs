using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// Tells a database file from those that may be put in its place: its application id, a random number that backups do
/// not share, is noted in a file beside it. A write-ahead log is of the file that was noted.
/// </summary>
internal static class FileMark
{
    /// <summary>What follows the name of the database in that of the file beside it.</summary>
    public const string Suffix = ".id";

    /// <summary>True if the file is another one than that which was noted.</summary>
    public static bool IsOfAnother(string file) => Noted(file) is { } noted && noted != InFile(file);

    /// <summary>Gives a database another mark, where nobody else writes to it.</summary>
    public static void Renew(SqliteConnection connection) =>
        SqliteDatabase.Execute(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {RandomNumberGenerator.GetInt32(1, int.MaxValue)}"
            )
        );

    /// <summary>
    /// Marks a database that has no mark yet, and notes what is in the file. Does nothing where that is not possible
    /// now: the next start tries again.
    /// </summary>
    public static void Note(SqliteConnection connection, string file)
    {
        try
        {
            if (InFile(file) == 0)
            {
                Mark(connection);
            }
            if (InFile(file) is > 0 and var mark && mark != (Noted(file) ?? 0))
            {
                Write(file, mark);
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            // Read-only, or somebody else writes.
        }
    }

    private static void Mark(SqliteConnection connection)
    {
        SqliteDatabase.Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            if (Of(connection) == 0)
            {
                Renew(connection);
            }
        }
        finally
        {
            SqliteDatabase.Execute(connection, "COMMIT");
        }
        // Only what is in the file itself tells it from another one.
        SqliteDatabase.Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
    }

    /// <summary>The mark in the file itself, whatever a write-ahead log says; 0 for none.</summary>
    private static long InFile(string file)
    {
        using var connection = SqliteDatabase.OpenAlone(file);
        return Of(connection);
    }

    private static long Of(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA application_id";
        return (long)command.ExecuteScalar()!;
    }

    private static long? Noted(string file) =>
        File.Exists(file + Suffix)
        && long.TryParse(File.ReadAllText(file + Suffix), CultureInfo.InvariantCulture, out var noted)
            ? noted
            : null;

    private static void Write(string file, long mark)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using var writer = new StreamWriter(file + Suffix, options);
        writer.Write(mark.ToString(CultureInfo.InvariantCulture));
    }
}
