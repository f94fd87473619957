namespace IdResolution.Storage.Sql;

/// <summary>The SQL of the quality archive that is not put together (<see cref="QualitySql"/>).</summary>
internal static class QualityStatements
{
    // The key begins with kind and time.
    public const string Forget = """
        DELETE FROM quality
        WHERE kind IN (0, 1, 2, 3) AND [time] = (SELECT e.[time] FROM events e WHERE e.object = @event)
            AND event = @event
        """;
}
