using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Administration;

/// <summary>
/// Homes and unhomes prefixes on this node. Records under a prefix that is not homed cannot be read. They are back when
/// it is homed again. Thread-safe.
/// </summary>
/// <param name="documents">Writes the documents of the prefixes.</param>
/// <param name="configured">
/// The prefixes in the node's configuration. They are homed at each start and cannot be unhomed.
/// </param>
public sealed class PrefixHomer(DocumentEditor documents, IReadOnlyCollection<Prefix> configured)
{
    /// <summary>Homes the prefixes that are not homed yet, and returns their number. Needs role admin.</summary>
    public Task<Result<int>> HomeAsync(
        IReadOnlyList<Prefix> prefixes,
        Caller caller,
        CancellationToken cancellationToken
    ) => HomeAsync(documents, prefixes, caller, cancellationToken);

    /// <inheritdoc cref="HomeAsync(IReadOnlyList{Prefix}, Caller, CancellationToken)"/>
    internal static Task<Result<int>> HomeAsync(
        DocumentEditor documents,
        IReadOnlyList<Prefix> prefixes,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        documents.EditAsync<int>(
            caller,
            "prefix.home",
            string.Join(' ', prefixes),
            current =>
            {
                IReadOnlyList<DocumentWrite> writes =
                [
                    .. prefixes
                        .Where(p => !current.IsHomed(p.Text))
                        .Distinct()
                        .Select(p =>
                            documents.Write(
                                current,
                                LogKind.Prefix,
                                p.Folded,
                                new HomedPrefix(p.Text),
                                CatalogJson.Default.HomedPrefix,
                                caller
                            )
                        ),
                ];
                return (writes, writes.Count);
            },
            cancellationToken
        );

    /// <summary>Unhomes a prefix, and returns it in the spelling in which it was homed.</summary>
    /// <param name="prefix">
    /// A prefix that is homed (<see cref="ErrorCode.NotResponsible"/>) and not configured
    /// (<see cref="ErrorCode.Forbidden"/>).
    /// </param>
    /// <param name="caller">Who does it; needs role admin.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    public Task<Result<Prefix>> UnhomeAsync(Prefix prefix, Caller caller, CancellationToken cancellationToken) =>
        documents.EditAsync<Prefix>(
            caller,
            "prefix.unhome",
            prefix.Text,
            current =>
            {
                if (current.Prefixes.FirstOrDefault(p => p.Equals(prefix)) is not { } homed)
                {
                    return IdentifierErrors.NotResponsible(prefix.Text, "prefix");
                }
                if (configured.Contains(prefix))
                {
                    return Error.Of(
                        ErrorCode.Forbidden,
                        $"The prefix {homed} is in the node's configuration (Prefixes) and stays homed.",
                        $"前缀 {homed} 由节点配置（Prefixes）指定，不能解除归属。",
                        "prefix"
                    );
                }
                IReadOnlyList<DocumentWrite> writes =
                [
                    documents.Write(
                        current,
                        LogKind.Prefix,
                        prefix.Folded,
                        new HomedPrefix(homed.Text, Unhomed: true),
                        CatalogJson.Default.HomedPrefix,
                        caller
                    ),
                ];
                return (writes, homed);
            },
            cancellationToken
        );
}
