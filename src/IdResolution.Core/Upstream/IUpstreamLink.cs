using IdResolution.Core.Statistics;

namespace IdResolution.Core.Upstream;

/// <summary>
/// The secondary node that this node reports to. It may be given lists of any length. Answers come in the order of what
/// was given. Only reads may be several at once.
/// </summary>
/// <exception cref="UpstreamException">
/// Of every call: the secondary node could not be asked, or failed. What it did of the call is not known.
/// </exception>
public interface IUpstreamLink
{
    /// <summary>
    /// Makes a template, or adds and changes attributes of one that is there. <see cref="UpstreamOutcome.Exists"/> if
    /// it was as it should be.
    /// </summary>
    Task<UpstreamAnswer> PutTemplateAsync(UpstreamTemplate template, CancellationToken cancellationToken);

    /// <summary>
    /// Tells that the calls which follow are of a page of the log, or of one of letters. Each comes again until it is
    /// through, and the other may pass in between.
    /// </summary>
    void BeginPage(bool isOfLetters);

    /// <summary>Tells that all of a page of changes was answered, and none of it comes again by itself.</summary>
    void EndPage();

    /// <summary>Registers identifiers. They have different keys.</summary>
    Task<IReadOnlyList<UpstreamAnswer>> CreateAsync(
        IReadOnlyList<UpstreamItem> items,
        CancellationToken cancellationToken
    );

    /// <summary>Sets all values of identifiers; those without text are removed.</summary>
    Task<IReadOnlyList<UpstreamAnswer>> UpdateAsync(
        IReadOnlyList<UpstreamItem> items,
        CancellationToken cancellationToken
    );

    /// <summary>Deletes identifiers.</summary>
    Task<IReadOnlyList<UpstreamAnswer>> DeleteAsync(
        IReadOnlyList<string> identifiers,
        CancellationToken cancellationToken
    );

    /// <summary>Says where resolvers find the node of a prefix. Thread-safe.</summary>
    Task<UpstreamAnswer> SetRouteAsync(UpstreamRoute route, CancellationToken cancellationToken);

    /// <summary>Reads an identifier. Thread-safe.</summary>
    Task<UpstreamFound> FindAsync(string identifier, CancellationToken cancellationToken);

    /// <summary>
    /// Counts the active identifiers of a prefix; null if the secondary node is none of this kind, which alone have
    /// this call and those below. Thread-safe.
    /// </summary>
    Task<long?> CountAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Lists active identifiers of a prefix in the order of keys; none at the end. Thread-safe.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<string>> ListAsync(string prefix, string? after, CancellationToken cancellationToken);

    /// <summary>
    /// True if an identifier is there and every version of it was written by the user that this node logs in as.
    /// Thread-safe.
    /// </summary>
    Task<bool> IsOwnAsync(string identifier, CancellationToken cancellationToken);

    /// <summary>
    /// Reports counts, at most 1,000; those of a day that was reported before are replaced.
    /// <see cref="UpstreamOutcome.Absent"/> if the secondary node is none of this kind. Thread-safe.
    /// </summary>
    /// <param name="store">Names the store that counted: what two with one user report stands side by side.</param>
    /// <param name="counts">The counts.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<UpstreamAnswer> ReportAsync(
        string store,
        IReadOnlyList<ReportedCount> counts,
        CancellationToken cancellationToken
    );
}
