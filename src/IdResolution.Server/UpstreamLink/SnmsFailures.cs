namespace IdResolution.Server.UpstreamLink;

/// <summary>
/// Tells items that the secondary node fails at (-4, 500) from a secondary node that fails, for the page under way: of
/// the log, or of letters that are due. A page comes again, after a pause, until all of it is answered:
/// <list type="number">
/// <item>Its first tries end at the first failure.</item>
/// <item>
/// Then batches that fail are halved. An item that fails alone, while the secondary node does other work, is at fault,
/// and the rest of the page goes on. Where many in a row fail so, the secondary node seems to take nothing, and the try
/// ends.
/// </item>
/// <item>Where that was so for a quarter of an hour, it is the items all the same: a page ends in any case.</item>
/// </list>
/// Not thread-safe.
/// </summary>
internal sealed class SnmsFailures
{
    private const int FirstTries = 3;
    private const int MostInRow = 10;

    // With the reader's pauses, which grow to a minute.
    private const int TriesInAQuarter = 17;

    // Of the page; after the first ones those alone in which the secondary node did other work.
    private int _tries;

    // Items that failed alone since one was taken. They count on over tries and pages.
    private int _inRow;

    private bool _hasFaults;

    /// <summary>True if a batch that fails is halved, to find the item that causes it.</summary>
    public bool LooksForCause => _tries >= FirstTries;

    /// <summary>True if an item that fails alone is at fault, where the secondary node does other work.</summary>
    public bool IsOfItem => _inRow < MostInRow || _tries >= FirstTries + TriesInAQuarter;

    /// <summary>Notes that a try ended at a failure.</summary>
    /// <param name="didOther">True if the secondary node did other work meanwhile.</param>
    public void EndTry(bool didOther)
    {
        if (didOther || !LooksForCause)
        {
            _tries++;
        }
    }

    /// <summary>Notes that an item is at fault.</summary>
    public void Found() => (_inRow, _hasFaults) = (_inRow + 1, true);

    /// <summary>Notes that something was taken.</summary>
    public void Taken() => _inRow = 0;

    /// <summary>
    /// Notes that all of the page was answered. After one with items at fault, which seldom come alone, the next one is
    /// not tried as a whole first.
    /// </summary>
    public void EndPage() => (_tries, _hasFaults) = (_hasFaults ? FirstTries : 0, false);
}
