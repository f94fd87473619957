namespace IdResolution.Server.Labels;

/// <summary>A rectangle on a label, in dots. The origin is the top left of the label.</summary>
internal readonly record struct ZplBox(int X, int Y, int Width, int Height);
