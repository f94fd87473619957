using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Benchmarks.Data;

/// <summary>100,000 handles of three values, without template.</summary>
internal static class HandleData
{
    /// <summary>How many.</summary>
    public const int Count = 100_000;

    /// <summary>Digits of a handle's number.</summary>
    public const int Digits = 6;

    /// <summary>One of them.</summary>
    public static string Handle(int number) => $"{Item.Prefix}/H{number:D6}";

    /// <summary>Registers them through the core; goes on where it stopped.</summary>
    public static async Task RunAsync(string data, CancellationToken cancellationToken)
    {
        using var node = await BenchNode.OpenAsync(data, cancellationToken);
        var caller = Caller.Node with { Role = Role.Registrar };
        for (var from = 0; from < Count; from += Registrar.MaxBatch)
        {
            var requests = Enumerable.Range(from, Registrar.MaxBatch).Select(Request).ToList();
            foreach (var result in await node.Registrar.RegisterAsync(requests, caller, cancellationToken))
            {
                if (!result.IsOk)
                {
                    throw new InvalidOperationException(result.Error.Message.En);
                }
            }
        }
    }

    private static RegistrationRequest Request(int number) => new()
    {
        Identifier = Handle(number),
        Values = [Value(1, "URL", $"https://id.example.com/{number:D6}"), Value(2, "EMAIL", $"plant-{number:D6}@example.com"), Value(3, "DESC", $"membrane electrode assembly {number:D6}")],
    };

    private static RawValue Value(int index, string type, string text) => new() { Index = index, Type = type, Data = Encoding.UTF8.GetBytes(text) };
}
