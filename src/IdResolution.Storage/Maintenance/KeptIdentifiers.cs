namespace IdResolution.Storage.Maintenance;

/// <summary>The identifiers that a restore kept for items which are sent again.</summary>
/// <param name="Count">How many there are, those of earlier restores among them.</param>
/// <param name="AreAll">False if the former database could not be read to its end.</param>
public sealed record KeptIdentifiers(long Count, bool AreAll);
