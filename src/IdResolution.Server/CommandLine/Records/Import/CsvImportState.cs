using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>How far an import is. Between runs it is kept in a file beside the CSV file.</summary>
internal sealed record CsvImportState
{
    /// <summary>The fingerprint of the CSV file.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 over data directory, delimiter and column mapping.</summary>
    public required string Mapping { get; init; }

    /// <summary>
    /// The log's head at the time of writing. A database with a lower head was restored and lacks rows.
    /// </summary>
    public long Head { get; init; }

    /// <summary>The number of the last row that is done.</summary>
    public long Rows { get; init; }

    public long Registered { get; init; }

    /// <summary>Records that were changed to what the file says.</summary>
    public long Updated { get; init; }

    /// <summary>Rows that were registered before this import.</summary>
    public long Same { get; init; }

    public long Bad { get; init; }

    /// <summary>The length in bytes of the file of bad rows.</summary>
    public long BadRowsLength { get; init; }

    /// <summary>Reads a state; null if there is no such file or it is not complete.</summary>
    public static CsvImportState? Find(string file)
    {
        try
        {
            return System.IO.File.Exists(file)
                ? JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(file), CsvImportJson.Default.CsvImportState)
                : null;
        }
        catch (JsonException)
        {
            // A crash cut the file short. Rows done are recognised by their keys, so starting over costs only time.
            return null;
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    public void Save(string file)
    {
        var temporary = file + ".tmp";
        System.IO.File.Delete(temporary);
        System.IO.File.WriteAllBytes(
            temporary,
            JsonSerializer.SerializeToUtf8Bytes(this, CsvImportJson.Default.CsvImportState)
        );
        System.IO.File.Move(temporary, file, overwrite: true);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CsvImportState))]
internal sealed partial class CsvImportJson : JsonSerializerContext;
