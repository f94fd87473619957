using System.Globalization;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Gathers the groups of the store into the rows of an answer. Used by one thread.</summary>
internal sealed class QualityTable(IReadOnlyList<QualityDimension> by)
{
    private readonly Dictionary<(QualityKey, QualityKey), QualityCounts> _groups = [];

    /// <summary>The numbers of items that stand in a dimension.</summary>
    public IReadOnlyList<long> NumbersOf(int dimension) =>
        [
            .. _groups
                .Keys.Select(key => (dimension == 0 ? key.Item1 : key.Item2).Number)
                .Where(static number => number > 0)
                .Distinct(),
        ];

    public QualityCounts Of(QualityKey first, QualityKey second)
    {
        if (!_groups.TryGetValue((first, second), out var counts))
        {
            _groups.Add((first, second), counts = new QualityCounts());
        }
        return counts;
    }

    /// <summary>The rows with the most, at most so many, and what the others come to.</summary>
    /// <param name="names">For each dimension of items, what they are called.</param>
    /// <param name="limit">The greatest number of rows.</param>
    public (List<QualityLine> Lines, int OtherLines, QualityCounts Others) ToLines(
        IReadOnlyList<IReadOnlyDictionary<long, string>> names,
        int limit
    )
    {
        var named = new Dictionary<(string, string), QualityCounts>();
        foreach (var ((first, second), counts) in _groups)
        {
            var key = (Text(0, first, names), by.Count > 1 ? Text(1, second, names) : "");
            if (named.TryGetValue(key, out var same))
            {
                same.Add(counts);
            }
            else
            {
                named.Add(key, counts);
            }
        }
        var ordered = named
            .OrderByDescending(static row => row.Value.Weight)
            .ThenBy(static row => row.Key.Item1, StringComparer.Ordinal)
            .ThenBy(static row => row.Key.Item2, StringComparer.Ordinal)
            .ToList();
        var others = new QualityCounts();
        foreach (var (_, counts) in ordered.Skip(limit))
        {
            others.Add(counts);
        }
        var lines = ordered.Take(limit);
        if (by[0] <= QualityDimension.Month)
        {
            lines = lines.OrderBy(static row => row.Key.Item1, StringComparer.Ordinal);
        }
        return (
            [.. lines.Select(row => new QualityLine(KeyOf(row.Key), row.Value))],
            Math.Max(0, ordered.Count - limit),
            others
        );
    }

    private string[] KeyOf((string First, string Second) key) => by.Count > 1 ? [key.First, key.Second] : [key.First];

    private string Text(int dimension, QualityKey key, IReadOnlyList<IReadOnlyDictionary<long, string>> names) =>
        by[dimension] switch
        {
            QualityDimension.Day => Day(key).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            QualityDimension.Week => WeekText(Day(key)),
            QualityDimension.Month => Day(key).ToString("yyyy-MM", CultureInfo.InvariantCulture),
            QualityDimension.Line or QualityDimension.Machine or QualityDimension.Tool or QualityDimension.Supplier =>
                names[dimension].GetValueOrDefault(key.Number, ""),
            _ => key.Text,
        };

    private static DateOnly Day(QualityKey key) => DateOnly.FromDayNumber((int)key.Number);

    private static string WeekText(DateOnly monday)
    {
        var day = monday.ToDateTime(TimeOnly.MinValue);
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(day)}-W{ISOWeek.GetWeekOfYear(day):00}");
    }
}
