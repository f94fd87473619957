using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks the log: it is contiguous from 1 to its counter, and every leaf is the hash of its body. Checks states: every
/// version has one, and the log committed to each of its values. A value that the log committed to may be missing only
/// if it was erased.
/// </summary>
internal sealed class LogCheck(Examination examination, SecretCheck secrets)
{
    private const int MaxPending = 10_000;

    // Entries with values gone that no version of their object erases. Another entry may say that it did.
    private readonly List<(long Object, long Sequence, int Missing)> _pending = [];
    private long _erased;

    public void Run() => examination.Check(["log", "states"], faults => Run(faults[0], faults[1]));

    private void Run(CheckFaults log, CheckFaults states)
    {
        var counter = examination.Counter("log");
        var (last, versions) = ReadEntries(counter, log, states);
        _pending.ForEach(p => AddNeverErased(p.Sequence, p.Missing, states));
        if (counter != last)
        {
            log.Add(
                $"the log ends at {last}, its counter says {counter?.ToString() ?? "nothing"}",
                $"日志止于 {last}，其计数器为 {counter?.ToString() ?? "空"}"
            );
        }
        var all = examination.Number("SELECT COUNT(*) FROM versions");
        if (all != versions)
        {
            states.Add(
                $"{all - versions} versions have no entry in the log",
                $"{all - versions} 个版本在日志中没有条目",
                FirstWithoutEntry()
            );
        }
        log.Summary = new($"{last:N0} entries", $"{last:N0} 个条目");
        states.Summary =
            _erased > 0
                ? new($"{all:N0} versions, {_erased:N0} values erased", $"{all:N0} 个版本，已擦除 {_erased:N0} 个值")
                : new($"{all:N0} versions", $"{all:N0} 个版本");
    }

    /// <summary>Checks each entry. Returns the last sequence number, and how many entries have a version.</summary>
    private (long Last, long Versions) ReadEntries(long? counter, CheckFaults log, CheckFaults states)
    {
        using var rows = examination.Read(
            """
            SELECT l.sequence, l.body, l.leaf, v.object, v.version, v.state
            FROM change_log l LEFT JOIN versions v ON v.sequence = l.sequence
            ORDER BY l.sequence
            """
        );
        var (last, versions) = (0L, 0L);
        var batches = ReadAhead.Select(rows, row => examination.Tick(row.Int64(0), counter ?? row.Int64(0)), Examine);
        foreach (var batch in batches)
        {
            foreach (var entry in batch.Entries)
            {
                if (entry.Sequence != last + 1)
                {
                    var gap = Gap(last, entry.Sequence);
                    log.Add(gap.En, gap.Zh, entry.Sequence < 1 ? null : Math.Min(last + 1, entry.Sequence));
                }
                last = Math.Max(entry.Sequence, 0);
                versions += entry.HasVersion ? 1 : 0;
                FollowErasing(entry, states);
            }
            log.Add(batch.Log);
            states.Add(batch.States);
            secrets.Add(batch.Secrets, batch.Unknown);
        }
        return (last, versions);
    }

    private long? FirstWithoutEntry()
    {
        using var rows = examination.Read(
            """
            SELECT v.sequence FROM versions v LEFT JOIN change_log l ON l.sequence = v.sequence
            WHERE l.sequence IS NULL AND v.sequence > 0
            ORDER BY v.sequence
            """
        );
        return rows.Step() ? rows.Int64(0) : null;
    }

    private static Text Gap(long last, long next)
    {
        if (next <= 0)
        {
            return new($"there is an entry {next}", $"有条目 {next}");
        }
        return next == last + 2
            ? new($"entry {last + 1} is missing", $"缺少条目 {last + 1}")
            : new($"entries {last + 1} to {next - 1} are missing", $"缺少条目 {last + 1} 至 {next - 1}");
    }

    private ExaminedEntries Examine(IReadOnlyList<ExaminedRow> rows)
    {
        var batch = new ExaminedEntries(rows.Count);
        foreach (var row in rows)
        {
            batch.Entries.Add(Examine(row, batch));
        }
        return batch;
    }

    private static void CompareVersion(ExaminedRow row, LogBody decoded, long sequence, CheckFaults states)
    {
        if (decoded.Object != row.Int64(3) || decoded.Version != row.Int64(4))
        {
            states.Add(
                $"entry {sequence} is about version {decoded.Version} of object {decoded.Object}, its version says "
                    + $"{row.Int64(4)} of {row.Int64(3)}",
                $"条目 {sequence} 属于对象 {decoded.Object} 的版本 {decoded.Version}，其版本却为对象 {row.Int64(3)} 的 "
                    + $"{row.Int64(4)}",
                sequence
            );
        }
    }

    private ExaminedEntry Examine(ExaminedRow row, ExaminedEntries batch)
    {
        var log = batch.Log;
        var body = row.Bytes(1);
        var entry = new ExaminedEntry { Sequence = row.Int64(0), HasVersion = !row.IsNull(3) };
        if (!LogBody.Leaf(body).AsSpan().SequenceEqual(row.Bytes(2)))
        {
            log.Add(
                $"the leaf of entry {entry.Sequence} is not its body's",
                $"条目 {entry.Sequence} 的叶哈希与其内容不符",
                entry.Sequence
            );
        }
        if (!LogBody.TryDecode(body, out var decoded, out var commitments))
        {
            log.Add($"entry {entry.Sequence} cannot be decoded", $"条目 {entry.Sequence} 无法解码", entry.Sequence);
            return entry;
        }
        entry = entry with { Object = decoded.Object, Erases = decoded.Operation == LogOperation.Erase };
        return ExamineVersion(row, entry, decoded, commitments, batch);
    }

    private ExaminedEntry ExamineVersion(
        ExaminedRow row,
        ExaminedEntry entry,
        LogBody decoded,
        ReadOnlySpan<byte> commitments,
        ExaminedEntries batch
    )
    {
        var states = batch.States;
        if (row.IsNull(3))
        {
            states.Add($"entry {entry.Sequence} has no version", $"条目 {entry.Sequence} 没有版本", entry.Sequence);
            return entry;
        }
        CompareVersion(row, decoded, entry.Sequence, states);
        try
        {
            return entry with { Missing = CountMissing(row.Bytes(5), commitments, entry.Sequence, batch) };
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            states.Add($"entry {entry.Sequence}: {e.Message}", $"条目 {entry.Sequence}：{e.Message}", entry.Sequence);
            return entry;
        }
    }

    private void FollowErasing(ExaminedEntry entry, CheckFaults states)
    {
        if (entry.Erases && _pending.Count > 0)
        {
            _pending.RemoveAll(p => p.Object == entry.Object);
        }
        if (entry.Missing > 0)
        {
            _erased += entry.Missing;
            CheckErased(entry.Object, entry.Sequence, entry.Missing, states);
        }
    }

    private void CheckErased(long objectNumber, long sequence, int missing, CheckFaults states)
    {
        switch (IsErasedLater(objectNumber, sequence))
        {
            case null:
                // The entry that is altered is the later one. It is named by what is wrong with it.
                states.Add(
                    $"entry {sequence}: whether {missing} values that are gone were erased cannot be told",
                    $"条目 {sequence}：缺少 {missing} 个值，无法判断是否为擦除"
                );
                break;
            case false when _pending.Count < MaxPending:
                _pending.Add((objectNumber, sequence, missing));
                break;
            case false:
                AddNeverErased(sequence, missing, states);
                break;
        }
    }

    private static void AddNeverErased(long sequence, int missing, CheckFaults states) =>
        states.Add(
            $"entry {sequence}: {missing} values are gone and were never erased",
            $"条目 {sequence}：缺少 {missing} 个值，且从未擦除",
            sequence
        );

    /// <summary>True if a later version erased values, null if one that may have is missing or altered.</summary>
    private bool? IsErasedLater(long objectNumber, long sequence)
    {
        using var bodies = examination.ReadAside(
            """
            SELECT l.body, l.leaf FROM versions v LEFT JOIN change_log l ON l.sequence = v.sequence
            WHERE v.object = @object AND v.sequence > @sequence
            """,
            ("@object", objectNumber),
            ("@sequence", sequence)
        );
        bool? erased = false;
        while (bodies.Step())
        {
            if (
                !LogBody.TryDecode(bodies.Bytes(0), out var body, out _)
                || !LogBody.Leaf(bodies.Bytes(0)).AsSpan().SequenceEqual(bodies.Bytes(1))
            )
            {
                erased = null;
            }
            else if (body.Operation == LogOperation.Erase)
            {
                return true;
            }
        }
        return erased;
    }

    /// <summary>
    /// The number of values that the entry commits to and the state lacks. A value without a commitment is a fault.
    /// </summary>
    private int CountMissing(
        ReadOnlySpan<byte> state,
        ReadOnlySpan<byte> commitments,
        long sequence,
        ExaminedEntries batch
    )
    {
        List<int>? unknown = null;
        Span<byte> hash = stackalloc byte[Commitments.Length];
        var found = 0;
        var reader = new StateReader(state);
        while (reader.Read())
        {
            if (reader.Form == StateForm.List)
            {
                CheckWhole(new StateList(reader.Value));
            }
            batch.Secrets += secrets.FindUnknown(reader.Code, reader.Value, ref unknown) ? 1 : 0;
            Commitments.Compute(reader.Salt, reader.Code, reader.Form, reader.Value, hash);
            if (Contains(commitments, hash))
            {
                found++;
            }
            else
            {
                batch.States.Add(
                    $"entry {sequence}: the value of {Encoding.UTF8.GetString(reader.Code)} is not the one in the log",
                    $"条目 {sequence}：{Encoding.UTF8.GetString(reader.Code)} 的值与日志不符",
                    sequence
                );
            }
        }
        if (unknown is not null)
        {
            AddUnknown(unknown, state, sequence, batch.Unknown);
        }
        if (reader.Left > 0)
        {
            throw new InvalidDataException($"its state has {reader.Left} bytes after its last value");
        }
        return (commitments.Length / Commitments.Length) - found;
    }

    /// <summary>Names the record of secrets whose data key there is not. Nothing of the entry is altered.</summary>
    private static void AddUnknown(List<int> unknown, ReadOnlySpan<byte> state, long sequence, CheckFaults faults)
    {
        var record = RecordState.IdentifierOf(state);
        foreach (var number in unknown)
        {
            faults.Add(
                $"a secret of {record} (entry {sequence}) names data key {number}, which there is not",
                $"{record}（条目 {sequence}）的机密引用的数据密钥 {number} 不存在"
            );
        }
    }

    /// <summary>Bytes after the last element are not committed to, so they must not be there.</summary>
    private static void CheckWhole(StateList list)
    {
        while (list.Read())
        {
            // Only the end counts here.
        }
        if (list.Left > 0)
        {
            throw new InvalidDataException($"a list has {list.Left} bytes after its last element");
        }
    }

    private static bool Contains(ReadOnlySpan<byte> sorted, ReadOnlySpan<byte> hash)
    {
        var (low, high) = (0, (sorted.Length / Commitments.Length) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = hash.SequenceCompareTo(sorted.Slice(middle * Commitments.Length, Commitments.Length));
            if (order == 0)
            {
                return true;
            }
            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }
        return false;
    }
}
