namespace IdResolution.Server.Demo;

/// <summary>A fuel-cell system the demonstration plant finished.</summary>
/// <param name="SerialNumber">Its serial number.</param>
/// <param name="Model">Its model.</param>
/// <param name="Day">The day it was finished.</param>
/// <param name="Stacks">How many stacks it holds.</param>
/// <param name="Vehicle">The VIN of the vehicle it went into, or null where it was sold alone.</param>
internal sealed record BuiltSystem(string SerialNumber, string Model, DateOnly Day, int Stacks, string? Vehicle);
