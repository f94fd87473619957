using IdResolution.Core.Identifiers;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Remembers for a minute where pages of lists ended. A client that reads page after page then costs no count from the
/// beginning of the list. Thread-safe.
/// </summary>
internal sealed class PageMarks(TimeProvider time)
{
    private const int Most = 1_000;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(LookupKey Beginning, int PageSize, int Page), (LookupKey Last, long At)> _marks = [];

    /// <summary>
    /// The key after which to begin reading for a page, and the number of handles to skip from there.
    /// </summary>
    public (LookupKey? After, long Skip) Before(LookupKey beginning, int pageSize, int page)
    {
        lock (_lock)
        {
            return
                page > 0
                && _marks.TryGetValue((beginning, pageSize, page - 1), out var mark)
                && time.GetElapsedTime(mark.At) < Life
                ? (mark.Last, 0)
                : (null, (long)page * pageSize);
        }
    }

    public void Keep(LookupKey beginning, int pageSize, int page, LookupKey last)
    {
        lock (_lock)
        {
            if (_marks.Count >= Most)
            {
                _marks.Clear();
            }
            _marks[(beginning, pageSize, page)] = (last, time.GetTimestamp());
        }
    }
}
