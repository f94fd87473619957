namespace IdResolution.Fuzzing.Driver;

/// <summary>How long a run lasts, what its inputs are made from, and where it puts what it finds.</summary>
internal sealed record FuzzBounds(TimeSpan Time, long Inputs, int Seed, string Folder);
