namespace IdResolution.Fuzzing.Driver;

/// <summary>
/// Makes assemblies write down the branches that they take. It changes their files, so it needs a copy of the output
/// folder, and a process that has not loaded them.
/// </summary>
internal static class Instrumentation
{
    private static readonly string[] s_assemblies = ["IdResolution.Core", "IdResolution.HandleProtocol", "idnode"];

    public static void Run(string folder)
    {
        foreach (var name in s_assemblies)
        {
            SharpFuzz.Fuzzer.Instrument(
                Path.Combine(folder, name + ".dll"),
                // What the compilers of gRPC and of regular expressions made is not ours, and slow with so many branches.
                type =>
                    !type.StartsWith("IdResolution.V1.", StringComparison.Ordinal)
                    && !type.StartsWith("System.Text.RegularExpressions.Generated", StringComparison.Ordinal),
                SharpFuzz.Options.Value
            );
        }
    }
}
