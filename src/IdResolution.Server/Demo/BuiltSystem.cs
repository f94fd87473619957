namespace IdResolution.Server.Demo;

/// <summary>A fuel-cell system that the demonstration plant finished.</summary>
/// <param name="SerialNumber">Given by the plant, such as <c>HQE260800001</c>.</param>
/// <param name="Model">The model with its power in kW, such as <c>HQ-E36</c>.</param>
/// <param name="Day">The day on which it was finished.</param>
/// <param name="Stacks">The number of stacks in it.</param>
/// <param name="Vehicle">The VIN of the vehicle that it was built into; null if it was sold alone.</param>
internal sealed record BuiltSystem(string SerialNumber, string Model, DateOnly Day, int Stacks, string? Vehicle);
