using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>The content of an HS_ADMIN value.</summary>
/// <param name="Rights">The rights that it gives.</param>
/// <param name="Administrator">The key or group (HS_VLIST) with the rights; index 0 means any key of it.</param>
public sealed record AdminGrant(AdminRights Rights, Reference Administrator);
