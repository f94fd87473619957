using System.Text.Json.Serialization;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Simulation;

/// <summary>Reads and writes what <see cref="SnmsJson"/> does not know. Names are case-sensitive.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SnmsLogin))]
[JsonSerializable(typeof(SnmsTemplate))]
[JsonSerializable(typeof(SnmsTemplateKey))]
[JsonSerializable(typeof(SnmsHandle))]
[JsonSerializable(typeof(SnmsIdentifier))]
[JsonSerializable(typeof(List<SnmsIdentifier?>))]
[JsonSerializable(typeof(List<string?>))]
[JsonSerializable(typeof(EntConfig))]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(IReadOnlyList<Fault>))]
[JsonSerializable(typeof(IReadOnlyList<SeenCall>))]
[JsonSerializable(typeof(SimulatorState))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class SimulatorJson : JsonSerializerContext;
