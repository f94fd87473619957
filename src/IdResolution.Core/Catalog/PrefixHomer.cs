using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Catalog;

/// <summary>Homes prefixes on this node; they stay homed. Thread-safe.</summary>
public sealed class PrefixHomer(DocumentEditor documents)
{
    /// <summary>Homes those that are not homed yet and answers how many were.</summary>
    public Task<Result<int>> HomeAsync(IReadOnlyList<Prefix> prefixes, Caller caller, CancellationToken cancellationToken) =>
        documents.EditAsync<int>(caller, "prefix.home", string.Join(' ', prefixes), current =>
        {
            IReadOnlyList<DocumentWrite> writes =
            [
                .. prefixes.Where(p => !current.IsHomed(p.Text)).Distinct()
                    .Select(p => documents.Write(current, LogKind.Prefix, p.Folded, new HomedPrefix(p.Text), CoreJson.Default.HomedPrefix, caller)),
            ];
            return (writes, writes.Count);
        }, cancellationToken);
}
