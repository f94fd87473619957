namespace IdResolution.Server.Demo;

/// <summary>A lot as the warehouse of the demonstration plant received it.</summary>
/// <param name="Item">The lot as it is registered.</param>
/// <param name="Supplier">The company that sent it.</param>
/// <param name="Day">The day on which it arrived.</param>
/// <param name="Quantity">The amount received, counted in <c>Unit</c>.</param>
/// <param name="Unit">The unit of the quantity, such as kg.</param>
/// <param name="Price">The approximate price of one unit, in CNY.</param>
internal sealed record ReceivedLot(DemoItem Item, string Supplier, DateOnly Day, int Quantity, string Unit, int Price);
