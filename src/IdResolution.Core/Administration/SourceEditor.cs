using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>
/// Makes sources of business keys before their first key. Needs role admin. What a source's keys mean never changes
/// afterwards; its names may. Thread-safe.
/// </summary>
public sealed class SourceEditor(DocumentEditor documents)
{
    /// <summary>Saves a source. The answer says if it is new. The same again changes nothing.</summary>
    /// <param name="source">
    /// The source. Its prefix must be homed, and no source of the code may be the node's while another is a prefix's
    /// (<see cref="ErrorCode.AlreadyExists"/>).
    /// </param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    /// <param name="misread">What could not be read of it: then nothing is saved, and all faults are told.</param>
    public Task<Result<(Source Source, bool IsNew)>> SaveAsync(
        Source source,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Prefix is "")
        {
            source = source with { Prefix = null };
        }
        return documents.EditAsync<(Source Source, bool IsNew)>(
            caller,
            "source.save",
            source.Code ?? "",
            current => Saved(source, current, caller),
            cancellationToken,
            misread
        );
    }

    private Result<(IReadOnlyList<DocumentWrite> Writes, (Source Source, bool IsNew) Answer)> Saved(
        Source source,
        NodeCatalog current,
        Caller caller
    )
    {
        var faults = new Faults();
        Check(source, current, faults);
        if (faults.TryCombine(out var faulty))
        {
            return faulty;
        }
        var old = current.Sources.FirstOrDefault(s => s.DocumentCode == source.DocumentCode);
        if (Refusal(source, old, current) is { } refusal)
        {
            return refusal;
        }
        var saved = source with { HasOtherForms = old?.HasOtherForms ?? false, Object = old?.Object ?? 0 };
        IReadOnlyList<DocumentWrite> writes =
            saved == old
                ? []
                :
                [
                    documents.Write(
                        current,
                        LogKind.Configuration,
                        saved.DocumentCode,
                        saved,
                        CatalogJson.Default.Source,
                        caller
                    ),
                ];
        return (writes, (saved, old is null));
    }

    private static void Check(Source source, NodeCatalog current, Faults faults)
    {
        SourceRules.CheckCode(source.Code, "code", faults);
        if (source.Prefix is { } prefix && !current.IsHomed(prefix))
        {
            faults.Add(IdentifierErrors.NotResponsible(prefix, "prefix"));
        }
        if (source.Code == Source.Gs1 && (source.Prefix is not null || !source.CaseSensitive))
        {
            faults.Add("code", "gs1 is of the whole node and case-sensitive", "gs1 属于整个节点且区分大小写");
        }
    }

    private static Error? Refusal(Source source, Source? old, NodeCatalog current)
    {
        if (old is not null && old.CaseSensitive != source.CaseSensitive)
        {
            return Error.Of(
                ErrorCode.AlreadyExists,
                $"The source {source.Code} is there, and whether its keys are case-sensitive does not change.",
                $"来源 {source.Code} 已存在，其业务主键是否区分大小写不可更改。",
                "caseSensitive"
            );
        }
        return
            old is null
            && current.Sources.Any(s => s.Code == source.Code && (s.Prefix is null || source.Prefix is null))
            ? Error.Of(
                ErrorCode.AlreadyExists,
                $"A source {source.Code} is there: it is either of the whole node or of single prefixes.",
                $"来源 {source.Code} 已存在：同一来源只能属于整个节点或属于各个前缀。",
                "prefix"
            )
            : null;
    }
}
