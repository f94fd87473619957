namespace IdResolution.Server.Pages;

/// <summary>Registers what draws pages.</summary>
internal static class PageServices
{
    /// <summary>Adds the renderer of the pages and the encoder that the framework writes texts with.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services) =>
        services.AddSingleton(PageRenderer.Encoder).AddSingleton<PageRenderer>();
}
