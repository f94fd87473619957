namespace IdResolution.Benchmarks.Load;

/// <summary>What <c>h2load</c> posts again and again, and over how much at once.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Body">The file with the body.</param>
/// <param name="Headers">Each as <c>name: value</c>.</param>
/// <param name="Connections">Open at once.</param>
/// <param name="Streams">Requests under way on each connection.</param>
/// <param name="Http1">HTTP/1.1 in place of HTTP/2; one request under way on each connection then.</param>
internal sealed record H2Call(
    Uri Url,
    string Body,
    IReadOnlyList<string> Headers,
    int Connections,
    int Streams,
    bool Http1 = false
);
