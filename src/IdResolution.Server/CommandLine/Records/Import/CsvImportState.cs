using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>How far an import is, as kept beside the file between runs.</summary>
internal sealed record CsvImportState
{
    /// <summary>The file's fingerprint.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 over database and mapping.</summary>
    public required string Mapping { get; init; }

    /// <summary>The log's head when it was written: a database behind it was restored and lacks rows.</summary>
    public long Head { get; init; }

    /// <summary>Rows done.</summary>
    public long Rows { get; init; }

    public long Registered { get; init; }

    /// <summary>Rows that were registered before.</summary>
    public long Same { get; init; }

    public long Bad { get; init; }

    /// <summary>Bytes of the file of bad rows.</summary>
    public long BadRowsLength { get; init; }

    /// <summary>What a file holds; null where there is none or it is not whole.</summary>
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
            // Cut short by a crash. Rows done are recognised by their keys: beginning anew costs time and nothing else.
            return null;
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    public void Save(string file)
    {
        var temporary = file + ".tmp";
        System.IO.File.WriteAllBytes(
            temporary,
            JsonSerializer.SerializeToUtf8Bytes(this, CsvImportJson.Default.CsvImportState)
        );
        System.IO.File.Move(temporary, file, overwrite: true);
    }
}

/// <summary>JSON of <see cref="CsvImportState"/>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CsvImportState))]
internal sealed partial class CsvImportJson : JsonSerializerContext;
