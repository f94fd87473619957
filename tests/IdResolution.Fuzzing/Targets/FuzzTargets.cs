using IdResolution.Fuzzing.Driver;

namespace IdResolution.Fuzzing.Targets;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new HandleTarget(),
        new RequestsTarget(),
        new ScanTarget(),
        new RulesTarget(),
        new ValuesTarget(),
        new CsvTarget(),
        new PacksTarget(),
        new LogTarget(),
        new StoredTarget(),
        new EventsTarget(),
        new SnmsTarget(),
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
