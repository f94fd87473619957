namespace IdResolution.Server.Hosting;

/// <summary>
/// Keeps Kestrel and the host from logging, with its stack, a fault that ends the start. It is thrown as well, and the
/// verb says it in one line.
/// </summary>
internal sealed class StartQuiet
{
    private static readonly string[] s_categories =
    [
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.Extensions.Hosting.Internal.Host",
    ];

    private volatile bool _isStarting;

    /// <summary>True while the host starts.</summary>
    public bool IsStarting
    {
        get => _isStarting;
        set => _isStarting = value;
    }

    /// <summary>Adds rules for these categories, at the levels that the settings give them.</summary>
    public void AddRules(LoggerFilterOptions filters, IConfiguration configuration)
    {
        foreach (var category in s_categories)
        {
            var level = configuration.GetValue<LogLevel?>($"Logging:LogLevel:{category}") ?? LogLevel.Warning;
            filters.Rules.Add(new LoggerFilterRule(null, category, level, (_, _, _) => !IsStarting));
        }
    }
}
