using System.Data;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;

namespace IdResolution.Storage.Sql;

/// <summary>Reads an event from the columns of <see cref="Select"/>.</summary>
internal static class EventRow
{
    /// <summary>The columns of an event <c>e</c>, of its entry <c>l</c> and of its newest version <c>v</c>.</summary>
    public const string Select =
        "SELECT e.object, e.type, e.[time], e.made, e.voided, e.version, e.digest, l.body, v.state";

    public const string From =
        "FROM events e JOIN change_log l ON l.sequence = e.made "
        + "JOIN versions v ON v.object = e.object AND v.version = e.version";

    /// <summary>The event, with its bytes in a page.</summary>
    public static (StoredEvent Event, long Bytes) Sized(IDataRecord row)
    {
        var read = Read(row, 0);
        return (read, read.State.Length);
    }

    /// <summary>The event whose columns begin at a position.</summary>
    public static StoredEvent Read(IDataRecord row, int first)
    {
        LogBody.TryDecode((byte[])row.GetValue(first + 7), out var entry, out _);
        return new StoredEvent
        {
            Object = row.GetInt64(first),
            Type = (EventType)row.GetInt64(first + 1),
            Time = row.GetInt64(first + 2),
            Made = row.GetInt64(first + 3),
            Voided = row.GetInt64(first + 4),
            Version = row.GetInt64(first + 5),
            Digest = (byte[])row.GetValue(first + 6),
            RecordedAt = entry.Time,
            Actor = entry.Actor,
            State = (byte[])row.GetValue(first + 8),
        };
    }
}
