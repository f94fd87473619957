using System.Text.Json.Serialization;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary>How <see cref="ReconcileMark"/> is kept in a file, for a run that goes on later.</summary>
[JsonSerializable(typeof(ReconcileMark))]
internal sealed partial class ReconcileJson : JsonSerializerContext;
