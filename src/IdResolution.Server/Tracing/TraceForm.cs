namespace IdResolution.Server.Tracing;

/// <summary>The form of the answer to a trace.</summary>
internal enum TraceForm
{
    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>One JSON object a line, sent as found.</summary>
    NdJson,

    /// <summary>A table of the items.</summary>
    Csv,

    /// <summary>The items and links for programs that draw graphs.</summary>
    GraphMl,

    /// <summary>A drawing.</summary>
    Svg,

    /// <summary>A page to look at and to print; over HTTP alone.</summary>
    Html,
}
