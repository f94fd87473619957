namespace IdResolution.Storage.Migrations;

/// <summary>
/// A migration that no script can do, such as making what is stored anew from what is stored. Written once for every
/// dialect, in SQL that all of them run. It goes page by page, each a transaction with a mark of where it stands, and
/// is resumed from its mark after a kill. Nodes read meanwhile: they must bear what is half done.
/// </summary>
internal abstract class CodeStep
{
    /// <summary>Small letters, digits and underscores; the number comes before it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// A fixed text. Changed only where a step that was begun or done under the old one must be refused.
    /// </summary>
    public abstract string Identity { get; }

    /// <summary>How much there is to do: asked before the step begins, and before it is resumed.</summary>
    /// <exception cref="Sql.DatabaseUnusableException">It cannot be done; nothing is changed then.</exception>
    public abstract Task<StepEstimate> EstimateAsync(StepTransaction store);

    /// <summary>Does one page, a few thousand rows at most: a kill loses it, and whoever writes waits.</summary>
    /// <param name="store">The transaction; it commits when this returns, with the mark.</param>
    /// <param name="mark">What the page before returned; null at the beginning.</param>
    public abstract Task<StepPage> RunPageAsync(StepTransaction store, string? mark);
}
