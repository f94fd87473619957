using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.HandleProtocol.Client;

namespace IdResolution.Server.Foreign;

/// <summary>Keeps the answers of other nodes for as long as they are valid. Thread-safe.</summary>
/// <param name="maxEntries">The most answers to keep; 0 keeps none.</param>
/// <param name="time">Tells when an answer expires.</param>
internal sealed class ForeignCache(int maxEntries, TimeProvider time)
{
    private const long MaxBytes = 64L << 20;
    private const int EntryBytes = 512;
    private const int ValueBytes = 160;

    private readonly AnswerCache<LookupKey, Result<ForeignRecord>> _answers = new(maxEntries, MaxBytes, time);

    /// <summary>The answer for an identifier; null if none is kept or it has expired.</summary>
    public Result<ForeignRecord>? Find(LookupKey key) =>
        _answers.TryFind(key, out var answer) ? answer : default(Result<ForeignRecord>?);

    public void Keep(LookupKey key, Result<ForeignRecord> answer, DateTimeOffset expires) =>
        _answers.Keep(key, answer, expires, EntryBytes + (answer.IsOk ? BytesOf(answer.Value) : 0));

    private static long BytesOf(ForeignRecord record) =>
        record.Values.Sum(value => ValueBytes + value.Data.Length + (value.Type.Length * 2L));
}
