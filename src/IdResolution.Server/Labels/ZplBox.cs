namespace IdResolution.Server.Labels;

/// <summary>A rectangle on a label, in dots from the top left.</summary>
internal readonly record struct ZplBox(int X, int Y, int Width, int Height);
