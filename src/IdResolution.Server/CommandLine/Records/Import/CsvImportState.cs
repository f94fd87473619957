using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Maintenance;

namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>How far an import is. Between runs it is kept in a file beside the CSV file.</summary>
internal sealed record CsvImportState
{
    private const int MaxLength = 1 << 16;

    /// <summary>The digest of the whole CSV file.</summary>
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

    /// <summary>Reads a state; null if there is none, it is not complete, or this node has not written it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="secrets">The secrets of the node.</param>
    public static CsvImportState? Find(string file, NodeSecrets secrets)
    {
        try
        {
            return
                VerbFile.Find(file, MaxLength) is { } bytes
                && JsonSerializer.Deserialize(bytes, CsvImportJson.Default.SealedState) is { State: not null } kept
                && CryptographicOperations.FixedTimeEquals(kept.Seal, SealOf(kept.State, secrets))
                ? kept.State
                : null;
        }
        catch (JsonException)
        {
            // A crash cut the file short. Rows done are recognised by their keys, so starting over costs only time.
            return null;
        }
    }

    /// <summary>
    /// Replaces the file in one step. It lies beside the imported file, where its maker may be able to write, and rows
    /// that it calls done are passed over: so it has a seal that only the key file can make.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="secrets">The secrets of the node.</param>
    public void Save(string file, NodeSecrets secrets) =>
        VerbFile.Replace(
            file,
            JsonSerializer.SerializeToUtf8Bytes(
                new SealedState(this, SealOf(this, secrets)),
                CsvImportJson.Default.SealedState
            )
        );

    // The other digests under this key begin with a zero (registrations) or with "business key" (those erased).
    private static byte[] SealOf(CsvImportState state, NodeSecrets secrets) =>
        secrets.Digest([
            .. "import-progress\n"u8,
            .. JsonSerializer.SerializeToUtf8Bytes(state, CsvImportJson.Default.CsvImportState),
        ]);

    /// <summary>What is in the file.</summary>
    /// <param name="State">How far the import is.</param>
    /// <param name="Seal">The HMAC of it.</param>
    internal sealed record SealedState(CsvImportState State, byte[] Seal);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CsvImportState))]
[JsonSerializable(typeof(CsvImportState.SealedState))]
internal sealed partial class CsvImportJson : JsonSerializerContext;
