using System.Globalization;
using IdResolution.Core.Records;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Records;

/// <summary>Writes a record as JSON, as the REST API does: what is printed can be sent back.</summary>
internal static class RecordPrinter
{
    public static string ToJson(Record record, bool indented = true) =>
        IndentedJson.Write(writer => RecordJson.Write(writer, record), indented);

    /// <summary>A time in the form that records show: UTC with microseconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
