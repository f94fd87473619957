using System.Buffers;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.HandleProtocol.Json;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Handle.Http;

/// <summary>The public values of a record as a JSON array, written once for each cached entry. Thread-safe.</summary>
internal sealed class JsonValues(Node node, RecordValues records)
{
    /// <summary>The public values of an active entry.</summary>
    public Rendering Render(CachedRecord entry)
    {
        var epoch = records.Epoch;
        if (entry[View.Public, RenderingForm.HandleJson] is { } kept && kept.Epoch == epoch)
        {
            return kept;
        }
        var record = entry.Record!;
        var isTemplated = RecordReader.IsTemplated(record);
        var output = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(output, HttpAnswers.Plain))
        {
            json.WriteStartArray();
            foreach (var value in records.All(record))
            {
                if (records.IsPublic(value, isTemplated))
                {
                    HandleValueJson.Write(json, value.ToHandleValue(record.UpdatedAt));
                }
            }
            json.WriteEndArray();
        }
        var rendering = new Rendering(output.WrittenSpan.ToArray(), "", epoch);
        entry[View.Public, RenderingForm.HandleJson] = rendering;
        node.Cache.Grown(entry);
        return rendering;
    }
}
