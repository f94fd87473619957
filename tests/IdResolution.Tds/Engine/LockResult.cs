namespace IdResolution.Tds.Engine;

/// <summary>The outcome of asking for a lock, by the numbers of sp_getapplock.</summary>
internal enum LockResult
{
    Granted = 0,
    GrantedAfterWaiting = 1,
    TimedOut = -1,
    Cancelled = -2,
    Deadlock = -3,
}
