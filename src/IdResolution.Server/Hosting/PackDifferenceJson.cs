using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Server.Hosting;

/// <summary>The JSON form of former packs.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(PackDifference))]
internal sealed partial class PackDifferenceJson : JsonSerializerContext;
