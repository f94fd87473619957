using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Json;
using IdResolution.Server.Codec;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Http;

/// <summary>Writes the public values of a record as a JSON array, once for each cached entry. Thread-safe.</summary>
internal sealed class JsonValues(IRecordCache cache, RecordValues records)
{
    /// <summary>Gives the public values of an active record.</summary>
    public Rendering Render(CachedRecord entry)
    {
        var epoch = records.Epoch;
        return cache.Rendered(
            entry,
            Projection.Public,
            RenderingForm.HandleJson,
            epoch,
            record => Write(record, epoch)
        );
    }

    private Rendering Write(StoredRecord record, long epoch)
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(output, HttpAnswers.Plain))
        {
            json.WriteStartArray();
            foreach (var value in records.Public(records.All(record)))
            {
                HandleValueJson.Write(json, value.ToHandleValue(record.UpdatedAt));
            }
            json.WriteEndArray();
        }
        return new Rendering(output.WrittenSpan.ToArray(), "", epoch);
    }
}
