using IdResolution.Core.ChangeLog;
using Microsoft.Data.Sqlite;

namespace IdResolution.Benchmarks.Load;

/// <summary>
/// The baseline of doctor: one thread reads body, leaf and state of every entry and hashes what the log commits to.
/// </summary>
internal static class PlainExamination
{
    /// <summary>Reads and hashes all entries of a file; gives their number.</summary>
    /// <exception cref="InvalidOperationException">A leaf is not its body's.</exception>
    public static long Run(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT l.body, l.leaf, v.state FROM change_log l JOIN versions v ON v.sequence = l.sequence
            ORDER BY l.sequence
            """;
        using var rows = command.ExecuteReader();
        var commitments = new byte[Commitments.Most * Commitments.Length];
        var entries = 0L;
        while (rows.Read())
        {
            var (body, leaf, state) = ((byte[])rows[0], (byte[])rows[1], (byte[])rows[2]);
            if (!LogBody.Leaf(body).AsSpan().SequenceEqual(leaf))
            {
                throw new InvalidOperationException($"The leaf of entry {entries + 1} is not its body's.");
            }
            Commitments.Fill(state, commitments);
            entries++;
        }
        return entries;
    }
}
