using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Caches answers of walks for as long as their values allow.</summary>
internal sealed class WalkCache(WalkSettings settings, TimeProvider time)
{
    /// <summary>The bytes counted for an answer in addition to its data.</summary>
    private const int EntryWeight = 256;

    private const int ValueWeight = 160;

    private readonly AnswerCache<string, WalkResult> _answers = new(
        settings.MaxCachedAnswers,
        settings.MaxCachedBytes,
        time
    );

    public WalkResult? Find(WalkQuestion question) => _answers.TryFind(question.Key, out var result) ? result : null;

    public void Keep(WalkQuestion question, WalkResult result)
    {
        var now = time.GetUtcNow();
        _answers.Keep(question.Key, result, now + Life(result, now), Weight(question, result));
    }

    private TimeSpan Life(WalkResult result, DateTimeOffset now)
    {
        if (result.Code is ResponseCode.HandleNotFound or ResponseCode.ValuesNotFound)
        {
            return settings.NegativeTtl;
        }
        if (!result.IsSuccess)
        {
            return TimeSpan.Zero;
        }
        var life = settings.MaxTtl;
        foreach (var value in result.Values)
        {
            var own =
                value.TtlType == 0
                    ? TimeSpan.FromSeconds(value.Ttl)
                    : DateTimeOffset.FromUnixTimeSeconds((uint)value.Ttl) - now;
            life = own < life ? own : life;
        }
        return life;
    }

    private static long Weight(WalkQuestion question, WalkResult result) =>
        EntryWeight
        + question.Key.Length * 2
        + result.Values.Sum(value =>
            ValueWeight
            + value.Data.Length
            + value.Type.Length * 2L
            + value.References.Sum(reference => 64 + reference.Handle.Length * 2L)
        );
}
