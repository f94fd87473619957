using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Checks that events and their members are what their states say, that corrections fit, and that what is held is held
/// by a hold. Holds that were handed on are not computed again.
/// </summary>
internal sealed class EventCheck(Examination examination)
{
    // Members whose URIs may not mean the records that they stand for: asked of the store once all events are read.
    private readonly List<DoubtfulMember> _doubtful = [];

    public void Run() => examination.Check(["events", "holds"], faults => Run(faults[0], faults[1]));

    private void Run(CheckFaults events, CheckFaults holds)
    {
        var (count, members) = ReadEvents(events);
        foreach (var one in _doubtful)
        {
            if (!MayMean(one))
            {
                var fault = NotOfItsState(one.Index);
                events.Add($"event {one.Event}: {fault.En}", $"事件 {one.Event}：{fault.Zh}");
            }
        }
        Report(
            events,
            """
            SELECT m.event FROM event_members m LEFT JOIN events e ON e.object = m.event WHERE e.object IS NULL
            """,
            n => ($"event {n} is not there and has members", $"事件 {n} 不存在却有条目")
        );
        Report(
            events,
            """
            SELECT e.object FROM events e LEFT JOIN events c ON c.object = e.voids
            WHERE e.voids <> 0 AND (c.object IS NULL OR c.voided <> e.made)
            """,
            n => ($"event {n} corrects one that does not say so", $"事件 {n} 更正的事件并未如此记载")
        );
        Report(
            events,
            """
            SELECT e.object FROM events e LEFT JOIN events c ON c.made = e.voided
            WHERE e.voided <> 0 AND (c.object IS NULL OR c.voids <> e.object)
            """,
            n => ($"event {n} is void, and nothing corrects it", $"事件 {n} 已作废，但没有更正它的事件")
        );
        Report(
            events,
            "SELECT u.number FROM unregistered u JOIN records r ON r.object = u.number",
            n => ($"object {n} is both registered and not", $"对象 {n} 既已注册又未注册")
        );
        events.Summary = new($"{count:N0} events, {members:N0} members", $"{count:N0} 个事件，{members:N0} 个条目");
        CheckHolds(holds);
    }

    private void CheckHolds(CheckFaults holds)
    {
        // 12, 13: hold and release. 5: an item.
        Report(
            holds,
            """
            SELECT h.hold FROM holds h LEFT JOIN events e ON e.object = h.hold
            WHERE e.object IS NULL OR e.type <> 12 OR h.scope NOT IN (0, 1) OR h.floor < 1 OR h.floor > h.asked
                OR h.spreading < 0 OR h.spreading > h.asked OR (h.spreading > 0 AND (h.scope = 0 OR h.ended <> 0))
            """,
            n => ($"hold {n} is not one", $"冻结 {n} 有误")
        );
        Report(
            holds,
            "SELECT e.object FROM events e LEFT JOIN holds h ON h.hold = e.object WHERE e.type = 12 AND h.hold IS NULL",
            n => ($"event {n} is a hold and holds nothing", $"事件 {n} 为冻结，却未冻结任何项目")
        );
        Report(
            holds,
            $"""
            SELECT hold FROM item_holds
            WHERE (is_own = 1 AND ended <> {HoldSql.EndOfItem}) OR (is_own = 0 AND ended <> 0)
            """,
            n =>
                (
                    $"hold {n} is over for an item, or not, otherwise than events say",
                    $"冻结 {n} 对某项目是否结束与事件不符"
                )
        );
        Report(
            holds,
            $"SELECT hold FROM holds WHERE ended <> {HoldSql.EndOfHold}",
            n => ($"hold {n} is over, or not, otherwise than for its items", $"冻结 {n} 是否结束与其项目不符")
        );
        Report(
            holds,
            """
            SELECT x.hold FROM hold_releases x
            LEFT JOIN holds h ON h.hold = x.hold
            LEFT JOIN events r ON r.object = x.release
            WHERE h.hold IS NULL OR r.object IS NULL OR r.type <> 13
            """,
            n => ($"hold {n} has a release that is none", $"冻结 {n} 的解除事件有误")
        );
        Report(
            holds,
            """
            SELECT i.hold FROM item_holds i
            LEFT JOIN holds h ON h.hold = i.hold
            LEFT JOIN records r ON r.object = i.item
            LEFT JOIN unregistered u ON u.number = i.item
            WHERE h.hold IS NULL OR (r.object IS NULL AND u.number IS NULL) OR i.is_own NOT IN (0, 1)
                OR i.mark < 0 OR i.mark > h.asked OR (i.mark = 0 AND i.is_own = 0)
            """,
            n => ($"hold {n} is on something that is not there", $"冻结 {n} 指向不存在的项目")
        );
        Report(
            holds,
            """
            SELECT i.hold FROM item_holds i
            WHERE i.is_own = 1 AND NOT EXISTS (
                SELECT 1 FROM event_members m WHERE m.event = i.hold AND m.role = 5 AND m.item = i.item
            )
            """,
            n => ($"hold {n} is on an item that it does not name", $"冻结 {n} 落在其未指明的项目上")
        );
        Report(
            holds,
            """
            SELECT m.event FROM event_members m JOIN holds h ON h.hold = m.event
            WHERE m.role = 5 AND NOT EXISTS (
                SELECT 1 FROM item_holds i WHERE i.item = m.item AND i.hold = m.event AND i.is_own = 1
            )
            """,
            n => ($"hold {n} is not on an item that it names", $"冻结 {n} 未落在其指明的项目上")
        );
        Summarise(holds);
    }

    private void Summarise(CheckFaults holds)
    {
        if (examination.Counter("holds") is not >= 0)
        {
            holds.Add("the counter of holds is missing or negative", "冻结计数器缺失或为负");
        }
        var count = examination.Number("SELECT COUNT(*) FROM holds");
        var held = examination.Number("SELECT COUNT(*) FROM item_holds");
        holds.Summary = new($"{count:N0} holds on {held:N0} items", $"{count:N0} 项冻结，涉及 {held:N0} 个项目");
    }

    /// <summary>Reads events and members side by side, both in the order of the events.</summary>
    private (long Events, long Members) ReadEvents(CheckFaults faults)
    {
        var last = examination.Number("SELECT MAX(object) FROM events");
        using var events = examination.Read(
            """
            SELECT e.object, e.type, e.[time], e.made, e.version, l.body, v.state,
                (SELECT MAX(n.version) FROM versions n WHERE n.object = e.object), h.scope
            FROM events e
            LEFT JOIN change_log l ON l.sequence = e.made
            LEFT JOIN versions v ON v.object = e.object AND v.version = e.version
            LEFT JOIN holds h ON h.hold = e.object
            ORDER BY e.object
            """
        );
        using var read = examination.ReadAside(
            $"""
            SELECT m.event, m.[row], m.role, m.[time], m.quantity, m.unit, m.position, r.lookup_key, u.[key], r.object,
                (SELECT MAX(b.folded) FROM business_keys b
                WHERE b.object = r.object AND b.form = 0 AND b.source = {SharedEventStatements.Gs1Source})
            FROM event_members m
            LEFT JOIN records r ON r.object = m.item
            LEFT JOIN unregistered u ON u.number = m.item
            ORDER BY m.event, m.[row]
            """
        );
        var count = 0L;
        var members = new RowsBeside(read);
        while (events.Step())
        {
            var row = events.Take();
            var number = row.Int64(0);
            examination.Tick(number, last);
            count++;
            // Those before it are of no event, which another check finds.
            var own = members.UpTo(number).Where(member => member.Int64(0) == number).ToList();
            if (Fault(row, own) is { } fault)
            {
                faults.Add($"event {number}: {fault.En}", $"事件 {number}：{fault.Zh}");
            }
        }
        return (count, members.Count);
    }

    private Text? Fault(ExaminedRow row, List<ExaminedRow> members)
    {
        if (
            !LogBody.TryDecode(row.Bytes(5), out var body, out _)
            || body.Kind != LogKind.Event
            || body.Object != row.Int64(0)
            || body.Version != 1
        )
        {
            return new($"entry {row.Int64(3)} did not make it", $"不是由条目 {row.Int64(3)} 生成");
        }
        if (row.IsNull(6) || row.Int64(7) != row.Int64(4))
        {
            return new($"version {row.Int64(4)} is not its newest", $"版本 {row.Int64(4)} 不是最新版本");
        }
        try
        {
            return Fault(row, members, LoggedEvent.Read(row.Bytes(6)));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            return new(e.Message, e.Message);
        }
    }

    private Text? Fault(ExaminedRow row, List<ExaminedRow> members, LoggedEvent logged)
    {
        if (logged.Type is { } type && row.Int64(1) != (long)type)
        {
            return new(
                $"it has type {row.Int64(1)}, its state says {(long)type}",
                $"类型为 {row.Int64(1)}，而其状态为 {(long)type}"
            );
        }
        if (logged.Time is { } time && row.Int64(2) != time)
        {
            return new("its time is not that of its state", "时间与其状态不符");
        }
        if (logged.Scope is { } scope && row.Int64(8) != (long)scope)
        {
            return new("its scope is not that of its state", "冻结范围与其状态不符");
        }
        var at = 0;
        for (var i = 0; i < logged.Members.Count; i++)
        {
            if (logged.Members[i] is not { } member)
            {
                continue;
            }
            if (at == members.Count || !IsSame(members[at++], i, member, row.Int64(2)))
            {
                return NotOfItsState(i);
            }
        }
        return at < members.Count
            ? new Text($"it has {members.Count - at} members too many", $"多出 {members.Count - at} 个条目")
            : null;
    }

    private static Text NotOfItsState(int index) =>
        new($"member {index} is not that of its state", $"第 {index} 个条目与其状态不符");

    private bool IsSame(ExaminedRow stored, int row, in EventMember member, long time) =>
        stored.Int64(1) == row
        && stored.Int64(2) == (long)member.Role
        && stored.Int64(3) == time
        && IsSame(stored, 4, member.Quantity)
        && IsSame(stored, 5, member.Unit)
        && IsSame(stored, 6, member.Position)
        && IsSameItem(stored, row, member);

    private bool IsSameItem(ExaminedRow stored, int row, in EventMember member)
    {
        var key = member.Item.Folded.Bytes;
        if (stored.IsNull(7) || !member.Item.IsUri)
        {
            return stored.Bytes(stored.IsNull(7) ? 8 : 7).AsSpan().SequenceEqual(key);
        }
        if (!stored.Bytes(10).AsSpan().SequenceEqual(key))
        {
            _doubtful.Add(new DoubtfulMember(stored.Int64(0), row, stored.Int64(9), member.Spelling!, key));
        }
        return true;
    }

    /// <summary>
    /// True if a URI may mean the record that an event has for it: one with a GS1 key that the URI says, or one that
    /// may have had it. That was erased, or no other record has it.
    /// </summary>
    private bool MayMean(DoubtfulMember member)
    {
        using (
            var others = examination.Read(
                $"""
                SELECT object FROM business_keys
                WHERE source = {SharedEventStatements.Gs1Source} AND folded = @key AND form = 0
                """,
                ("@key", member.Key)
            )
        )
        {
            if (!others.Step() || others.Int64(0) == member.Record)
            {
                return true;
            }
        }
        var said = ScanText.Parse(member.Uri, static _ => false).Gs1Keys;
        using var own = examination.Read(
            $"""
            SELECT form, folded FROM business_keys
            WHERE object = @record AND source = {SharedEventStatements.Gs1Source}
            """,
            ("@record", member.Record)
        );
        while (own.Step())
        {
            if (own.Int64(0) != (long)KeyForm.Folded || said.Contains(Encoding.UTF8.GetString(own.Bytes(1))))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsSame(ExaminedRow stored, int column, string? text) =>
        text is null ? stored.IsNull(column) : stored.Text(column) == text;

    private void Report(CheckFaults faults, string sql, Func<long, (string En, string Zh)> say)
    {
        using var rows = examination.Read(sql);
        while (rows.Step())
        {
            var (en, zh) = say(rows.Int64(0));
            faults.Add(en, zh);
        }
    }

    private sealed record DoubtfulMember(long Event, int Index, long Record, string Uri, byte[] Key);
}
