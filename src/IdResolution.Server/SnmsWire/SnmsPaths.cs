namespace IdResolution.Server.SnmsWire;

/// <summary>The paths of the SNMS protocol, which integrations have built in.</summary>
internal static class SnmsPaths
{
    public const string Token = "/identity/token";

    public const string TokenV1 = "/identity/token/v1";

    public const string TemplateV3 = "/snms/api/v3/template";

    public const string TemplateV5 = "/snms/api/v5/template";

    public const string Data = "/identityv2/data";

    public const string Detail = "/identityv2/data/detail";

    public const string BatchCreate = "/identityv2/data/batchCreate";

    public const string BatchUpdate = "/identityv2/data/batchUpdate";

    public const string BatchDelete = "/identityv2/data/batchDelete";

    /// <summary>Of nodes of this kind alone: whether it is one, and how many identifiers it has of a prefix.</summary>
    public const string IdnodePrefix = "/snms/api/idnode/prefix";

    public const string IdnodeIdentifiers = "/snms/api/idnode/identifiers";

    public const string IdnodeIdentifier = "/snms/api/idnode/identifier";

    public const string IdnodeCounts = "/snms/api/idnode/counts";

    /// <summary>Of secondary nodes alone: the route of a prefix. A node of ours serves it too.</summary>
    public const string EntConfig = "/snms/api/ent/config";
}
