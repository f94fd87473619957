namespace IdResolution.Server.Options;

/// <summary>The section <c>Access</c>. Takes effect without a restart.</summary>
internal sealed class AccessOptions
{
    /// <summary>True if callers without a key see public attributes.</summary>
    public bool AnonymousReads { get; set; } = true;

    /// <summary>True if the Handle protocol takes passwords in clear (op 2000), over TCP.</summary>
    public bool HandlePasswords { get; set; }

    /// <summary>True if the Handle protocol takes proofs, keys and ciphers that are weak today.</summary>
    public bool HandleLegacy { get; set; }

    /// <summary>
    /// True if the audit log is read by keys with role auditor alone, and such keys are made at the command line.
    /// </summary>
    public bool AuditorsOnly { get; set; }

    /// <summary>True if what keys read that see private attributes is in the audit log.</summary>
    public bool AuditReads { get; set; }
}
