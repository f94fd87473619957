namespace IdResolution.Tds.Engine;

/// <summary>How long a lock is held.</summary>
internal enum LockScope
{
    Transaction,
    Session,
}
