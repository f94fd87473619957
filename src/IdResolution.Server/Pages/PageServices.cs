namespace IdResolution.Server.Pages;

internal static class PageServices
{
    /// <summary>Adds the renderer of the pages, and the encoder that the framework uses for texts.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services) =>
        services.AddSingleton(PageRenderer.Encoder).AddSingleton<PageRenderer>();
}
