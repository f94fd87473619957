namespace IdResolution.Server.Options;

/// <summary>What callers may send. May change while the node serves.</summary>
internal sealed class LimitOptions
{
    public const int GreatestBatchBytes = 1 << 30;

    /// <summary>Greatest request body in bytes.</summary>
    public int BodyBytes { get; set; } = 1 << 20;

    /// <summary>Greatest body of a batch in bytes.</summary>
    public int BatchBytes { get; set; } = 32 << 20;

    /// <summary>Greatest gRPC message in bytes.</summary>
    public int MessageBytes { get; set; } = 4 << 20;

    /// <summary>gRPC calls at once on one connection.</summary>
    public int StreamsPerConnection { get; set; } = 250;

    /// <summary>Connections of the Handle protocol at once.</summary>
    public int HandleConnections { get; set; } = 20_000;

    /// <summary>Seconds that a connection of the Handle protocol may be idle.</summary>
    public int HandleIdleSeconds { get; set; } = 300;

    internal void Validate(List<string> errors)
    {
        Check(errors, "BodyBytes", BodyBytes, 1024, 1 << 28);
        if (BatchBytes < BodyBytes || BatchBytes > GreatestBatchBytes)
        {
            errors.Add($"Limits:BatchBytes: {BatchBytes} must be Limits:BodyBytes to {GreatestBatchBytes}.");
        }
        Check(errors, "MessageBytes", MessageBytes, 65_536, 1 << 28);
        Check(errors, "StreamsPerConnection", StreamsPerConnection, 1, 10_000);
        Check(errors, "HandleConnections", HandleConnections, 1, 1_000_000);
        Check(errors, "HandleIdleSeconds", HandleIdleSeconds, 1, 86_400);
    }

    private static void Check(List<string> errors, string name, int value, int least, int greatest)
    {
        if (value < least || value > greatest)
        {
            errors.Add($"Limits:{name}: {value} must be {least} to {greatest}.");
        }
    }
}
