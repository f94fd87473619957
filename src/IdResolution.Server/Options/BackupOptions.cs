namespace IdResolution.Server.Options;

/// <summary>The section <c>Backup</c>.</summary>
internal sealed class BackupOptions
{
    /// <summary>
    /// Where backups are made that are asked for over the Handle protocol (op 1003). Empty: none are made.
    /// </summary>
    public string Directory { get; set; } = "";
}
