namespace IdResolution.Core.Resolution;

/// <summary>The forms that a record is rendered in.</summary>
public enum RenderingForm
{
    /// <summary>The JSON of REST.</summary>
    Json,
    /// <summary>The message of gRPC.</summary>
    Protobuf,
}
