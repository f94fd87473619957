namespace IdResolution.Core.Traceability;

/// <summary>Where a walk starts.</summary>
/// <param name="Cursor">Where it goes on.</param>
/// <param name="Seal">The key that its cursors are sealed with.</param>
/// <param name="Time">Its clock.</param>
internal sealed record WalkStart(TraceCursor Cursor, byte[] Seal, TimeProvider Time);
