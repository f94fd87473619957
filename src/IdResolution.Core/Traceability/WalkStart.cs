namespace IdResolution.Core.Traceability;

/// <summary>Where a walk starts.</summary>
/// <param name="Cursor">Where it goes on.</param>
/// <param name="Seal">The key that its cursors are sealed with.</param>
/// <param name="Actor">The object number of the key that asks.</param>
/// <param name="Work">What it may take of the node.</param>
internal sealed record WalkStart(TraceCursor Cursor, byte[] Seal, long Actor, TraceWork Work);
