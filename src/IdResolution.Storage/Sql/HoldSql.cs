namespace IdResolution.Storage.Sql;

/// <summary>
/// What statements about holds say alike on both stores. A release is an event of type 13, and names items with role 5.
/// </summary>
internal static class HoldSql
{
    /// <summary>
    /// The entry that ended a hold for an item that it names, as events say; 0: none. It is a correction of it, or
    /// a release that is later than it and names the hold, or the item and no hold. What was corrected does not count.
    /// </summary>
    public const string EndOfItem = $"""
        (
            SELECT CASE WHEN h.voided <> 0 THEN h.voided ELSE COALESCE(
                (
                    SELECT MAX(r.made) FROM hold_releases x JOIN events r ON r.object = x.release
                    WHERE x.hold = h.object AND {IsLater}
                ),
                (
                    SELECT MAX(r.made) FROM event_members m JOIN events r ON r.object = m.event
                    WHERE m.item = item_holds.item AND m.role = 5 AND m.[time] >= h.[time] AND r.type = 13 AND {IsLater}
                        AND NOT EXISTS (SELECT 1 FROM hold_releases x WHERE x.release = r.object)
                ),
                0
            ) END
            FROM events h WHERE h.object = item_holds.hold
        )
        """;

    /// <summary>The entry that ended a hold for the last of its items; 0: it is in force on one.</summary>
    public const string EndOfHold = $"""
        CASE WHEN {IsOnAnItem} THEN 0 ELSE COALESCE(
            (SELECT MAX(i.ended) FROM item_holds i WHERE i.hold = holds.hold AND i.is_own = 1),
            (SELECT MAX(e.voided) FROM events e WHERE e.object = holds.hold),
            0
        ) END
        """;

    /// <summary>
    /// Computes anew for which of their items holds ended. Which holds follows, in parentheses.
    /// </summary>
    public const string RenewItems = $"UPDATE item_holds SET ended = {EndOfItem} WHERE is_own = 1 AND hold IN";

    /// <summary>
    /// Ends holds that are in force on none of their items, brings others back, and has these go on anew. After
    /// <see cref="RenewItems"/>; which holds follows, in parentheses.
    /// </summary>
    public const string RenewHolds = $"""
        UPDATE holds SET
            ended = {EndOfHold},
            asked = asked + 1,
            floor = asked + 1,
            spreading = CASE WHEN scope = 1 AND {IsOnAnItem} THEN asked + 1 ELSE 0 END
        WHERE hold IN
        """;

    /// <summary>True if a row <c>i</c> of a hold <c>h</c> is in force.</summary>
    public const string IsInForce = "h.ended = 0 AND (i.mark > 0 OR (i.is_own = 1 AND i.ended = 0))";

    /// <summary>True if a row <c>i</c> is of an item that its hold names and is in force on.</summary>
    public const string IsOwn = "CAST(CASE WHEN i.is_own = 1 AND i.ended = 0 THEN 1 ELSE 0 END AS bigint)";

    /// <summary>
    /// The mark that what is made from the item of a row <c>i</c> gets of its hold <c>h</c>; 0 if it is not held.
    /// </summary>
    public const string HandedMark = "CASE WHEN i.is_own = 1 AND i.ended = 0 THEN h.floor ELSE i.mark END";

    private const string IsOnAnItem =
        "EXISTS (SELECT 1 FROM item_holds i WHERE i.hold = holds.hold AND i.is_own = 1 AND i.ended = 0)";

    private const string IsLater =
        "r.voided = 0 AND (r.[time] > h.[time] OR (r.[time] = h.[time] AND r.made > h.made))";
}
