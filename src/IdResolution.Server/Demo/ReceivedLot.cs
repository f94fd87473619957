namespace IdResolution.Server.Demo;

/// <summary>A lot as the demonstration plant's warehouse took it in.</summary>
/// <param name="Item">The lot.</param>
/// <param name="Supplier">Who sent it.</param>
/// <param name="Day">The day it arrived.</param>
/// <param name="Quantity">How much of it.</param>
/// <param name="Unit">The unit of the quantity.</param>
/// <param name="Price">What a unit costs about, CNY.</param>
internal sealed record ReceivedLot(DemoItem Item, string Supplier, DateOnly Day, int Quantity, string Unit, int Price);
