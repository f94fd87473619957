namespace IdResolution.Core.Access;

/// <summary>Gives the trace id of a request when it is asked for: most requests need none.</summary>
public interface ICallOrigin
{
    /// <summary>The W3C trace id, 32 hexadecimal digits, as problems show it.</summary>
    string TraceId { get; }
}
