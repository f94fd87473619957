using IdResolution.Tds.Types;

namespace IdResolution.Tds.Protocol;

/// <summary>
/// One parameter of a remote procedure call; <paramref name="Value"/> is a <see cref="TableValue"/> for a table.
/// </summary>
internal sealed record RpcParameter(string Name, SqlType? Type, object? Value);
