using IdResolution.Core.Identifiers;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Where pages of lists ended lately, so that who reads page after page does not make the node count from the beginning
/// each time.
/// Thread-safe.
/// </summary>
internal sealed class PageMarks(TimeProvider time)
{
    private const int Most = 1_000;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(LookupKey Beginning, int PageSize, int Page), (LookupKey Last, long At)> _marks = [];

    /// <summary>After which key to begin for a page, and how many to pass over from there.</summary>
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

    /// <summary>Notes where a page ended.</summary>
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
