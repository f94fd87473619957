using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Server.SnmsWire;

/// <summary>
/// Reads and writes the objects of the SNMS protocol. Names are case-sensitive; unknown ones are ignored.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SnmsLogin))]
[JsonSerializable(typeof(SnmsToken))]
[JsonSerializable(typeof(SnmsTemplate))]
[JsonSerializable(typeof(SnmsTemplateKey))]
[JsonSerializable(typeof(SnmsIdentifier))]
[JsonSerializable(typeof(SnmsHandle))]
[JsonSerializable(typeof(SnmsRoute))]
[JsonSerializable(typeof(IdnodePrefix))]
[JsonSerializable(typeof(IdnodeListing))]
[JsonSerializable(typeof(IdnodeIdentifier))]
[JsonSerializable(typeof(IdnodeCounts))]
internal sealed partial class SnmsJson : JsonSerializerContext
{
    /// <summary>How answers are written: Chinese as it is, since they are no part of a page.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
