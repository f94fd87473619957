using IdResolution.Core.Errors;

namespace IdResolution.Core.Administration;

/// <summary>
/// The refusals for partners and grants that are not there. For a partner those of others are not there either.
/// </summary>
internal static class PartnerErrors
{
    public static Error NoPartner(string code, ErrorCode kind = ErrorCode.NotFound, string field = "partner") =>
        Error.Of(kind, $"There is no partner {code}.", $"没有合作伙伴 {code}。", field);

    public static Error NoGrant(string id, string field = "id") =>
        Error.Of(ErrorCode.NotFound, $"There is no grant {id}.", $"没有授权 {id}。", field);
}
