namespace IdResolution.Benchmarks;

/// <summary>Arguments of the form <c>--name value</c>.</summary>
internal sealed class Arguments(string[] args)
{
    public bool Has(string name) => args.Contains("--" + name);

    public string? Find(string name)
    {
        var at = Array.IndexOf(args, "--" + name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    public string Text(string name) => Find(name) ?? throw new ArgumentException($"--{name} is needed.");

    public long Number(string name, long absent) => Find(name) is { } text ? long.Parse(text) : absent;
}
