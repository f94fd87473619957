namespace IdResolution.Core.Coherence;

/// <summary>The forms that a record is rendered in.</summary>
public enum RenderingForm
{
    /// <summary>The JSON of REST.</summary>
    Json,

    /// <summary>The message of gRPC.</summary>
    Protobuf,

    /// <summary>The values of the Handle protocol.</summary>
    Handle,

    /// <summary>The JSON of the Handle HTTP interface.</summary>
    HandleJson,
}
