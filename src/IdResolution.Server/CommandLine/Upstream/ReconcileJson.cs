using System.Text.Json.Serialization;
using IdResolution.Core.Upstream;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary>How <see cref="ReconcileProgress"/> is kept in a file, for a run that goes on later.</summary>
[JsonSerializable(typeof(ReconcileProgress))]
internal sealed partial class ReconcileJson : JsonSerializerContext;
