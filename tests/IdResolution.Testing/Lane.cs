namespace IdResolution.Testing;

/// <summary>
/// The lanes that <c>scripts/test.sh</c> runs tests in, as categories of fixtures and tests. What has none runs in the
/// fast lane: it needs nothing but the .NET SDK.
/// </summary>
public static class Lane
{
    /// <summary>The contracts of the stores, and what else is tested on their databases.</summary>
    public const string Contract = "Contract";

    /// <summary>Runs processes: nodes, servers, clients, tools.</summary>
    public const string Process = "Process";

    /// <summary>Runs the commands and programs of the documents.</summary>
    public const string Documents = "Documents";

    /// <summary>As <see cref="Documents"/>, of programs that a C++ compiler must build first.</summary>
    public const string Compiled = "Compiled";

    /// <summary>Measures times, or runs for long.</summary>
    public const string Soak = "Soak";
}
