using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>What an HS_ADMIN value says.</summary>
/// <param name="Rights">What the administrator may.</param>
/// <param name="Administrator">A key, or a group (HS_VLIST); index 0 for any key of the handle.</param>
public sealed record AdminGrant(AdminRights Rights, Reference Administrator);
