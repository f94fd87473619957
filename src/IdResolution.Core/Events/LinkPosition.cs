namespace IdResolution.Core.Events;

/// <summary>
/// Where reading links goes on: after this row of this item. The default is the beginning. The three numbers are those
/// of the last link read: <see cref="EventLink.Event"/>, <see cref="EventLink.NearRow"/>, <see cref="EventLink.Row"/>.
/// </summary>
/// <param name="Item">The position of the item in <see cref="LinkQuery.Items"/>; their number at the end.</param>
/// <param name="Event">The event of the last link of that item; 0 for none.</param>
/// <param name="NearRow">The row of the item in the event.</param>
/// <param name="Row">The row of the other item in the event.</param>
public readonly record struct LinkPosition(int Item, long Event, int NearRow, int Row);
