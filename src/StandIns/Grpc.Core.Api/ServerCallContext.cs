namespace Grpc.Core;

/// <summary>A call as the server sees it.</summary>
public abstract class ServerCallContext
{
    private Dictionary<object, object>? _userState;

    /// <summary>The path of the method: <c>/service/method</c>.</summary>
    public string Method => MethodCore;

    /// <summary>The host that was called.</summary>
    public string Host => HostCore;

    /// <summary>The address of the remote end, as a URI.</summary>
    public string Peer => PeerCore;

    /// <summary>The time, UTC, by which the caller gives up; the greatest possible when it never does.</summary>
    public DateTime Deadline => DeadlineCore;

    /// <summary>The headers of the request.</summary>
    public Metadata RequestHeaders => RequestHeadersCore;

    /// <summary>Cancelled when the caller gives up or the deadline passes.</summary>
    public CancellationToken CancellationToken => CancellationTokenCore;

    /// <summary>The trailers to send at the end.</summary>
    public Metadata ResponseTrailers => ResponseTrailersCore;

    /// <summary>The status to send at the end, unless the method throws.</summary>
    public Status Status
    {
        get => StatusCore;
        set => StatusCore = value;
    }

    /// <summary>How messages are written; null for the defaults.</summary>
    public WriteOptions? WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    /// <summary>What the transport knows about the peer.</summary>
    public AuthContext AuthContext => AuthContextCore;

    /// <summary>Whatever interceptors and methods leave for each other.</summary>
    public IDictionary<object, object> UserState => UserStateCore;

    /// <summary>The path of the method.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>The host that was called.</summary>
    protected abstract string HostCore { get; }

    /// <summary>The address of the remote end.</summary>
    protected abstract string PeerCore { get; }

    /// <summary>The time by which the caller gives up.</summary>
    protected abstract DateTime DeadlineCore { get; }

    /// <summary>The headers of the request.</summary>
    protected abstract Metadata RequestHeadersCore { get; }

    /// <summary>Cancelled when the caller gives up or the deadline passes.</summary>
    protected abstract CancellationToken CancellationTokenCore { get; }

    /// <summary>The trailers to send at the end.</summary>
    protected abstract Metadata ResponseTrailersCore { get; }

    /// <summary>The status to send at the end.</summary>
    protected abstract Status StatusCore { get; set; }

    /// <summary>How messages are written.</summary>
    protected abstract WriteOptions? WriteOptionsCore { get; set; }

    /// <summary>What the transport knows about the peer.</summary>
    protected abstract AuthContext AuthContextCore { get; }

    /// <summary>Whatever interceptors and methods leave for each other.</summary>
    protected virtual IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Sends the headers of the response, before any message and at most once.</summary>
    /// <param name="responseHeaders">The headers.</param>
    public Task WriteResponseHeadersAsync(Metadata responseHeaders) => WriteResponseHeadersAsyncCore(responseHeaders);

    /// <summary>Makes a token for calls that take over from this one.</summary>
    /// <param name="options">What they take over; null for the defaults.</param>
    public ContextPropagationToken CreatePropagationToken(ContextPropagationOptions? options = null) => CreatePropagationTokenCore(options);

    /// <summary>Sends the headers of the response.</summary>
    /// <param name="responseHeaders">The headers.</param>
    protected abstract Task WriteResponseHeadersAsyncCore(Metadata responseHeaders);

    /// <summary>Makes a token for calls that take over from this one.</summary>
    /// <param name="options">What they take over; null for the defaults.</param>
    protected abstract ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options);
}
