using IdResolution.Core.Templates;

namespace IdResolution.Server.Hosting;

/// <summary>What a former pack had otherwise than the next one.</summary>
internal sealed record PackDifference
{
    /// <summary>Its version.</summary>
    public required int Version { get; init; }

    /// <summary>The templates that were otherwise.</summary>
    public required IReadOnlyList<FormerTemplate> Templates { get; init; }

    /// <summary>The former pack.</summary>
    /// <param name="next">The pack that came after it.</param>
    public TemplatePack Before(TemplatePack next)
    {
        var former = Templates.ToDictionary(static t => t.Code);
        return next with
        {
            Version = Version,
            Templates =
            [
                .. next.Templates.Select(t => former.GetValueOrDefault(t.Code) is { } was ? was.Before(t) : t),
            ],
        };
    }

    /// <summary>What a template was before.</summary>
    /// <param name="Code">Its code.</param>
    /// <param name="Trace">What it said of events.</param>
    /// <param name="Without">The codes of attributes that it did not have yet; null for none.</param>
    internal sealed record FormerTemplate(string Code, TraceRules? Trace, IReadOnlyList<string>? Without = null)
    {
        public Template Before(Template next) =>
            next with
            {
                Trace = Trace,
                Attributes = [.. next.Attributes.Where(a => Without?.Contains(a.Code) is not true)],
            };
    }
}
