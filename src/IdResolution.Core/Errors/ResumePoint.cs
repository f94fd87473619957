namespace IdResolution.Core.Errors;

/// <summary>Where a follower of the log goes on after <see cref="ErrorCode.LogRestarted"/>.</summary>
/// <param name="Log">The name of the log.</param>
/// <param name="After">The cursor of the last entry that this log shares with the one before it.</param>
public sealed record ResumePoint(string Log, string After);
