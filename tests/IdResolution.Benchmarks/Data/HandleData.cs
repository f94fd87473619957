using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.HandleProtocol.Json;
using IdResolution.Server.Codec;
using IdResolution.Server.CommandLine.Shared;

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
            foreach (var result in await node.Get<Registrar>().RegisterAsync(requests, caller, cancellationToken))
            {
                if (!result.IsOk)
                {
                    throw new InvalidOperationException(result.Error.Message.En);
                }
            }
        }
    }

    /// <summary>Writes the first of them as the lines of an import.</summary>
    public static async Task WriteAsync(string file, int count, CancellationToken cancellationToken)
    {
        await using var lines = new StreamWriter(file);
        for (var number = 0; number < count; number++)
        {
            var values = Array.ConvertAll(Values(number), v => v.ToHandleValue(0));
            await lines.WriteLineAsync(
                IndentedJson
                    .Write(json => HandleRecordJson.Write(json, Handle(number), values), indented: false)
                    .AsMemory(),
                cancellationToken
            );
        }
    }

    private static RegistrationRequest Request(int number) =>
        new() { Identifier = Handle(number), Values = Values(number) };

    private static RawValue[] Values(int number) =>
        [
            Value(1, "URL", $"https://id.example.com/{number:D6}"),
            Value(2, "EMAIL", $"plant-{number:D6}@example.com"),
            Value(3, "DESC", $"membrane electrode assembly {number:D6}"),
        ];

    private static RawValue Value(int index, string type, string text) =>
        new()
        {
            Index = index,
            Type = type,
            Data = Encoding.UTF8.GetBytes(text),
        };
}
