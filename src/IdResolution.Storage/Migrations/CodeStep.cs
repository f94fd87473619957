using IdResolution.Core.Catalog;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Migrations;

/// <summary>
/// A migration that no script can do, such as deriving stored data anew. It is written once for both dialects, in SQL
/// that both run. It runs page by page. Each page is a transaction that also saves a mark of the position, so a step
/// that was killed resumes from its mark. Nodes read meanwhile, so they must cope with half-migrated data.
/// </summary>
internal abstract class CodeStep
{
    /// <summary>Lowercase letters, digits and underscores, without the number.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// A fixed text for the checksum. Change it only to refuse databases in which the former step was begun or done.
    /// </summary>
    public abstract string Identity { get; }

    /// <summary>Estimates the work. Called before the step begins, and before it is resumed.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="looked">Called with the rows looked at and their total, where that takes long.</param>
    /// <exception cref="DatabaseUnusableException">The step cannot be done; nothing was changed.</exception>
    public abstract Task<StepEstimate> EstimateAsync(StepTransaction store, Action<long, long> looked);

    /// <summary>Does one page of at most a few thousand rows: writers wait, and a kill loses the page.</summary>
    /// <param name="store">The transaction. It commits, with the mark, after this method returns.</param>
    /// <param name="mark">The mark that the page before returned; null for the first page.</param>
    public abstract Task<StepPage> RunPageAsync(StepTransaction store, string? mark);

    /// <summary>Reads the catalog as the store has it, for steps that need templates.</summary>
    protected static async Task<NodeCatalog> CatalogAsync(StepTransaction store)
    {
        var documents = await store.QueryAsync<DocumentRow>(Statements.Documents);
        return NodeCatalog.Build([.. documents.Select(d => d.ToDocument())], 0, null, TimeProvider.System);
    }
}
