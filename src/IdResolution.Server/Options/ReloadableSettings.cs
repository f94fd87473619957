namespace IdResolution.Server.Options;

/// <summary>The sections that may change while the node serves.</summary>
internal sealed record ReloadableSettings(
    Reloadable<LimitOptions> Limits,
    Reloadable<AccessOptions> Access,
    Reloadable<DrainOptions> Drain
);
