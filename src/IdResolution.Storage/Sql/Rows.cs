using System.Data;
using System.Globalization;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;

namespace IdResolution.Storage.Sql;

/// <summary>A version of a record, with its bytes in a page: sequence number, state and body.</summary>
internal static class VersionRow
{
    public static (RecordVersion Version, long Bytes) Read(IDataRecord row)
    {
        var (state, bytes) = ((byte[])row.GetValue(1), (byte[])row.GetValue(2));
        LogBody.TryDecode(bytes, out var body, out var commitments);
        return (
            new RecordVersion(row.GetInt64(0), body, state, commitments.Length / Commitments.Length),
            state.Length + bytes.Length
        );
    }
}

/// <summary>A version of a document, with its bytes in a page: of the columns of <see cref="VersionRow"/>.</summary>
internal static class DocumentVersionRow
{
    public static (DocumentVersion Version, long Bytes) Read(IDataRecord row)
    {
        var (version, bytes) = VersionRow.Read(row);
        var json =
            DocumentVersion.JsonIn(version.State)
            ?? throw new InvalidDataException($"Entry {version.Sequence} holds no document.");
        return (new DocumentVersion(version.Sequence, version.Body, json), bytes);
    }
}

/// <summary>
/// An entry of the log, with its bytes in a page: sequence number, body, leaf, state, key of a record, code of a
/// document.
/// </summary>
internal static class ChangeRow
{
    public static (Change Change, long Bytes) Read(IDataRecord row)
    {
        var (bytes, state) = ((byte[])row.GetValue(1), (byte[])row.GetValue(3));
        LogBody.TryDecode(bytes, out var body, out _);
        var change = new Change
        {
            Sequence = row.GetInt64(0),
            Body = body,
            Leaf = (byte[])row.GetValue(2),
            State = state,
            Key = row.IsDBNull(4) ? default : new LookupKey((byte[])row.GetValue(4)),
            Code = row.IsDBNull(5) ? null : row.GetString(5),
        };
        return (change, state.Length + bytes.Length);
    }
}

/// <summary>A row of a query off the hot path, which Dapper fills.</summary>
internal sealed class DocumentRow
{
    public long Kind { get; init; }

    public string Code { get; init; } = "";

    public long Object { get; init; }

    public long Version { get; init; }

    public long Sequence { get; init; }

    public string Json { get; init; } = "";

    public Document ToDocument() => new((LogKind)Kind, Code, Object, Version, Sequence, Json);
}

/// <inheritdoc cref="DocumentRow"/>
internal sealed class StatisticRow
{
    public string Day { get; init; } = "";

    public string Template { get; init; } = "";

    /// <summary>A string; in SQL Server its bytes in UTF-8.</summary>
    public object Source { get; init; } = "";

    public string Operation { get; init; } = "";

    public string Prefix { get; init; } = "";

    public long Count { get; init; }

    public static string DayText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public Statistic ToStatistic() =>
        new(
            new StatisticKey(
                DateOnly.ParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture),
                Template,
                Source as string ?? Encoding.UTF8.GetString((byte[])Source),
                Operation,
                Prefix
            ),
            Count
        );
}

/// <inheritdoc cref="DocumentRow"/>
internal sealed class LogReaderRow
{
    public string Name { get; init; } = "";

    public long Cursor { get; init; }

    public long DeadLetters { get; init; }

    public LogReaderState ToState() => new(Name, Cursor, DeadLetters);
}

/// <inheritdoc cref="DocumentRow"/>
internal sealed class DeadLetterRow
{
    public string Reader { get; init; } = "";

    public long Sequence { get; init; }

    public string Reason { get; init; } = "";

    public long At { get; init; }

    public DeadLetter ToLetter() => new(Reader, Sequence, Reason, At);
}

/// <inheritdoc cref="DocumentRow"/>
internal sealed class AuditRow
{
    public long Id { get; init; }

    public long Time { get; init; }

    public string Caller { get; init; } = "";

    public string Action { get; init; } = "";

    public string Target { get; init; } = "";

    public string Outcome { get; init; } = "";

    public long Count { get; init; }

    public long Kind { get; init; }

    public string Source { get; init; } = "";

    public string Trace { get; init; } = "";

    public string OsUser { get; init; } = "";

    public string Node { get; init; } = "";

    public long Position { get; init; }

    public byte[] Previous { get; init; } = [];

    public byte[] Hash { get; init; } = [];

    public AuditEvent ToEvent() =>
        new(Time, Caller, Action, Target, Outcome, Count)
        {
            Id = Id,
            Kind = AuditHeadRow.KindOf(Kind),
            Source = Source,
            Trace = Trace,
            OsUser = OsUser,
            Node = Node,
            Link = Position == 0 && Hash.Length == 0 ? null : new AuditLink(Position, Previous, Hash),
        };
}

/// <inheritdoc cref="DocumentRow"/>
internal sealed class AuditHeadRow
{
    public long Kind { get; init; }

    public long Position { get; init; }

    public long Line { get; init; }

    public long Time { get; init; }

    public byte[] Hash { get; init; } = [];

    public AuditHead ToHead() => new(KindOf(Kind), Position, Line, Time, Hash);

    /// <summary>The kind of a number; -1 for one that is none, in a damaged database.</summary>
    public static AuditKind KindOf(long number) =>
        number is >= 0 and <= (long)AuditKind.Anonymous ? (AuditKind)number : (AuditKind)(-1);
}

/// <summary>Reads a record from the columns <see cref="Names"/>, which are the first ones in every statement.</summary>
internal static class RecordRow
{
    /// <summary>The columns of a record <c>r</c> and of its newest version <c>v</c>.</summary>
    public const string Names =
        "r.object, r.lookup_key, r.version, r.sequence, r.status, r.digest, r.created_at, r.updated_at, v.state";

    /// <summary>The number of columns in <see cref="Names"/>.</summary>
    public const int Columns = 9;

    /// <summary>The record, with its bytes in a page.</summary>
    public static (StoredRecord Record, long Bytes) Sized(IDataRecord row)
    {
        var record = Read(row);
        return (record, record.State.Length);
    }

    public static StoredRecord Read(IDataRecord row) =>
        new()
        {
            Object = row.GetInt64(0),
            Key = new LookupKey((byte[])row.GetValue(1)),
            Version = row.GetInt64(2),
            Sequence = row.GetInt64(3),
            Status = (RecordStatus)row.GetInt64(4),
            Digest = (byte[])row.GetValue(5),
            CreatedAt = row.GetInt64(6),
            UpdatedAt = row.GetInt64(7),
            State = (byte[])row.GetValue(8),
        };
}

/// <summary>
/// A changed key: the sequence number of a log entry, the key if the entry is about a record, and the object number if
/// it is about a document.
/// </summary>
internal static class ChangedKeyRow
{
    public static ChangedKey Read(IDataRecord row) => new(row.GetInt64(0), KeyOf(row));

    private static LookupKey KeyOf(IDataRecord row)
    {
        if (!row.IsDBNull(1))
        {
            return new LookupKey((byte[])row.GetValue(1));
        }
        return row.IsDBNull(2) ? ChangedKey.Other : default;
    }
}

/// <summary>A look at the log: the head, and two leaf hashes.</summary>
internal static class LogLookRow
{
    public static LogLook Read(IDataRecord row) => new(row.GetInt64(0), Leaf(row, 1), Leaf(row, 2));

    private static byte[]? Leaf(IDataRecord row, int column) =>
        row.IsDBNull(column) ? null : (byte[])row.GetValue(column);
}

/// <summary>A listed identifier: key and state.</summary>
internal static class ListedRow
{
    public static ListedIdentifier Read(IDataRecord row)
    {
        var key = new LookupKey((byte[])row.GetValue(0));
        return new ListedIdentifier(RecordState.IdentifierOf((byte[])row.GetValue(1)) ?? key.ToString(), key);
    }
}
