namespace IdResolution.Storage.Maintenance;

/// <summary>What the doctor found out about one aspect of a database.</summary>
/// <param name="Check">The aspect, such as <c>log</c>.</param>
/// <param name="Ok">True where nothing is wrong.</param>
/// <param name="Detail">What was counted, or what is wrong: the first few faults and how many there are.</param>
public sealed record Finding(string Check, bool Ok, string Detail);
