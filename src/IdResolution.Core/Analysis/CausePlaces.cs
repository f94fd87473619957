using IdResolution.Core.Access;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Analysis;

/// <summary>
/// Lets few comparisons run at once, each of which may hold some hundred MB, and few wait for them. Thread-safe.
/// </summary>
/// <param name="longestWait">The longest that one waits.</param>
internal sealed class CausePlaces(TimeSpan longestWait) : IDisposable
{
    /// <summary>The most that run at once.</summary>
    public const int MostRuns = 2;

    /// <summary>The most of one key that run or wait.</summary>
    public const int MostOfKey = 2;

    /// <summary>The most that run or wait.</summary>
    public const int Most = 16;

    private readonly SemaphoreSlim _runs = new(MostRuns);
    private readonly Shares<long> _callers = new(Most, MostOfKey);

    /// <summary>Waits until a comparison may run. Its place is given back when what is returned is disposed.</summary>
    public async ValueTask<Result<Place>> EnterAsync(long actor, CancellationToken cancellationToken)
    {
        if (!_callers.TryTake(actor, 1))
        {
            return CommonErrors.TooManyAtOnce();
        }
        var place = new Place(this, actor);
        try
        {
            place.Runs = await _runs.WaitAsync(longestWait, cancellationToken);
            return place.Runs ? place : CommonErrors.Busy(longestWait);
        }
        finally
        {
            if (!place.Runs)
            {
                place.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _runs.Dispose();

    /// <summary>A place that is given back once.</summary>
    internal sealed class Place(CausePlaces places, long actor) : IDisposable
    {
        /// <summary>True once the comparison may run.</summary>
        public bool Runs { get; set; }

        public void Dispose()
        {
            if (Runs)
            {
                places._runs.Release();
            }
            places._callers.Return(actor, 1);
        }
    }
}
