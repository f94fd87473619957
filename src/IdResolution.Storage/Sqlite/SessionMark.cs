namespace IdResolution.Storage.Sqlite;

/// <summary>Where the writer's transaction was (<see cref="WriteSession.Mark"/>).</summary>
/// <param name="Head">The last sequence number of the log.</param>
/// <param name="Object">The last object number.</param>
/// <param name="Keys">The number of keys of the transaction's entries.</param>
internal readonly record struct SessionMark(long Head, long Object, int Keys);
