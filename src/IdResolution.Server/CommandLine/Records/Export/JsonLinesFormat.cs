using System.Text;
using IdResolution.Core.Records;

namespace IdResolution.Server.CommandLine.Records.Export;

/// <summary>Writes each record as a JSON object on one line.</summary>
internal sealed class JsonLinesFormat : IRecordFormat
{
    public string Head => "";

    public string Write(IEnumerable<Record> records)
    {
        var lines = new StringBuilder();
        foreach (var record in records)
        {
            lines.Append(RecordPrinter.ToJson(record, indented: false)).Append('\n');
        }
        return lines.ToString();
    }
}
