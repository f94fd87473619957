using System.Text.Json.Serialization;

namespace IdResolution.Server.Hosting.Work;

/// <summary>How <see cref="ReconcileMark"/> is kept, for a run that goes on later.</summary>
[JsonSerializable(typeof(ReconcileMark))]
internal sealed partial class ReconcileJson : JsonSerializerContext;
