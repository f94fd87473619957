namespace IdResolution.Core.Coherence;

/// <summary>The forms in which front ends render a record.</summary>
public enum RenderingForm
{
    /// <summary>JSON of the REST interface.</summary>
    Json,

    /// <summary>A protobuf message of gRPC.</summary>
    Protobuf,

    /// <summary>The binary values of the Handle protocol.</summary>
    Handle,

    /// <summary>JSON of the Handle HTTP interface.</summary>
    HandleJson,

    /// <summary>JSON of the SNMS protocol.</summary>
    Snms,
}
