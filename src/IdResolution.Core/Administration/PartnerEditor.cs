using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Administration;

/// <summary>
/// Makes partners and changes them. Needs role admin. A partner's code never changes, and no partner is deleted: keys,
/// grants and the audit log name it. Thread-safe.
/// </summary>
public sealed partial class PartnerEditor(DocumentEditor documents, IRecordStore records)
{
    /// <summary>The most partners of a node.</summary>
    public const int MaxPartners = 10_000;

    /// <summary>The most groups that a partner is in.</summary>
    public const int MaxGroups = 16;

    /// <summary>The code of the template of companies.</summary>
    public const string CompanyTemplate = "company";

    private const int MaxName = 100;

    /// <summary>
    /// Saves a partner as a whole. The answer says if it is new. The same again changes nothing. Faults are of the
    /// fields <c>code</c>, <c>names</c>, <c>company</c> and <c>groups</c>.
    /// </summary>
    /// <param name="partner">The partner.</param>
    /// <param name="caller">Who saves it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    /// <param name="misread">What could not be read of the request; null for nothing.</param>
    public async Task<Result<(Partner Partner, bool IsNew)>> SaveAsync(
        Partner partner,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    )
    {
        ArgumentNullException.ThrowIfNull(partner);
        if (AccessPolicy.RequireOfNode(caller, Role.Admin) is { } refused)
        {
            return refused;
        }
        var faults = new Faults();
        Check(partner, faults);
        var company = partner.Company is "" ? null : partner.Company;
        if (company is not null && await CompanyFaultAsync(company, cancellationToken) is { } unfit)
        {
            faults.Add(unfit);
        }
        faults.TryCombine(out var error);
        if (Faults.Join(misread, error) is { } faulty)
        {
            return faulty;
        }
        var groups = partner.Groups.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        partner = partner with { Company = company, Groups = [.. groups] };
        return await documents.EditAsync<(Partner Partner, bool IsNew)>(
            caller,
            "partner.save",
            partner.Code,
            current => Saved(partner, current, caller),
            cancellationToken
        );
    }

    /// <summary>True for the code of a partner or a group: 1 to 64 of a-z, 0-9 and hyphens.</summary>
    public static bool IsCode(string? text) => text is not null && CodeForm().IsMatch(text);

    private Result<(IReadOnlyList<DocumentWrite> Writes, (Partner Partner, bool IsNew) Answer)> Saved(
        Partner partner,
        NodeCatalog current,
        Caller caller
    )
    {
        var code = partner.DocumentCode;
        var old = current.FindDocument(LogKind.Configuration, code);
        if (old is null && current.Partners.Count >= MaxPartners)
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                $"A node has at most {MaxPartners} partners.",
                $"每个节点最多 {MaxPartners} 个合作伙伴。",
                "code"
            );
        }
        var write = documents.Write(current, LogKind.Configuration, code, partner, CatalogJson.Default.Partner, caller);
        IReadOnlyList<DocumentWrite> writes = write.Json == old?.Json ? [] : [write];
        return (writes, (partner, old is null));
    }

    private static void Check(Partner partner, Faults faults)
    {
        if (!IsCode(partner.Code))
        {
            faults.Add("code", "must be 1 to 64 of a-z, 0-9 and hyphens", "应为 1 至 64 个小写字母、数字或连字符");
        }
        foreach (var name in new[] { partner.Names?.En, partner.Names?.Zh })
        {
            if (name?.Length > MaxName || name?.Any(char.IsControl) == true)
            {
                faults.Add(
                    "names",
                    $"have at most {MaxName} characters each, none of them control characters",
                    $"每种语言最多 {MaxName} 个字符，不含控制字符"
                );
                break;
            }
        }
        if (partner.Groups.Count > MaxGroups || !partner.Groups.All(IsCode))
        {
            faults.Add(
                "groups",
                $"must be at most {MaxGroups} codes, each 1 to 64 of a-z, 0-9 and hyphens",
                $"最多 {MaxGroups} 个代码，每个为 1 至 64 个小写字母、数字或连字符"
            );
        }
    }

    /// <summary>What is wrong with the identifier of a company: what is registered under it must be one.</summary>
    private async ValueTask<Error?> CompanyFaultAsync(string text, CancellationToken cancellationToken)
    {
        if (!Identifier.Parse(text, "company").TryGet(out var identifier, out var unfit))
        {
            return unfit;
        }
        var record = (await records.FindAsync(identifier.Key, cancellationToken)).Record;
        var fits =
            record is null
            || (
                record.Status == RecordStatus.Active
                && RecordReader.TemplateOf(record, documents.Current)?.Code == CompanyTemplate
            );
        return fits
            ? null
            : Error.Of(
                ErrorCode.InvalidValue,
                $"company: {identifier} is no active record of template {CompanyTemplate}.",
                $"company：{identifier} 不是模板 {CompanyTemplate} 的有效标识。",
                "company"
            );
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,64}\z")]
    private static partial Regex CodeForm();
}
