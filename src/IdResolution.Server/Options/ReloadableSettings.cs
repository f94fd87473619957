namespace IdResolution.Server.Options;

/// <summary>The sections of the settings that can change while the node runs.</summary>
internal sealed record ReloadableSettings(
    Reloadable<LimitOptions> Limits,
    Reloadable<AccessOptions> Access,
    Reloadable<DrainOptions> Drain
);
