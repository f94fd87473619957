using Dapper;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>Erases from an event in the writer's transaction.</summary>
internal static class EventErasing
{
    /// <summary>False, and nothing done, if there is no such event, or it has another version.</summary>
    public static bool Run(WriteSession session, EventErasure erasure)
    {
        var connection = session.Connection;
        var changed = connection.Execute(
            "UPDATE events SET version = version + 1 WHERE object = @Object AND version = @ExpectedVersion",
            erasure
        );
        if (changed == 0)
        {
            return false;
        }
        byte[] newest = [];
        foreach (
            var (sequence, state) in connection
                .Query<(long, byte[])>(
                    "SELECT sequence, state FROM versions WHERE object = @Object ORDER BY version",
                    erasure
                )
                .AsList()
        )
        {
            newest = ErasedValue.Erase(state, erasure.Values);
            session.Records.UpdateState.Bind(1, sequence).Bind(2, newest).Run();
        }
        session.Append(EventRules.Body(erasure), Commitments.Of(newest), newest, ChangedKey.Other);
        foreach (var row in erasure.Rows)
        {
            var part = new { erasure.Object, row };
            var item = connection.ExecuteScalar<long>(
                "SELECT item FROM event_members WHERE event = @Object AND row = @row",
                part
            );
            connection.Execute("DELETE FROM event_members WHERE event = @Object AND row = @row", part);
            connection.Execute(
                "DELETE FROM unregistered WHERE number = @item AND NOT EXISTS (SELECT 1 FROM event_members m WHERE "
                    + "m.item = @item)",
                new { item }
            );
        }
        return true;
    }
}
