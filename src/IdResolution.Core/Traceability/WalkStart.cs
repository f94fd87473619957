namespace IdResolution.Core.Traceability;

/// <summary>Where a walk starts, and its clock.</summary>
internal sealed record WalkStart(TraceCursor Cursor, TimeProvider Time);
