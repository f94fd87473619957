using IdResolution.Core.Access;
using IdResolution.Core.Handles;
using IdResolution.Server.Codec;
using IdResolution.Server.Handle.Http;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Handle.Sessions;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdResolution.Server.Handle;

/// <summary>Adds the Handle protocol to the node: on its own port by TCP and UDP, and on the HTTP listener.</summary>
internal static class HandleApi
{
    public static IServiceCollection AddHandle(this IServiceCollection services) =>
        services
            .AddHandleCore()
            .AddSingleton<RecordValues>()
            .AddSingleton<HandleSite>()
            .AddSingleton<CryptoThrottle>()
            .AddSingleton<GuessDelays>()
            .AddSingleton<LegacyCryptography>()
            .AddSingleton<HandleAuthenticator>()
            .AddSingleton<ChallengeStore>()
            .AddSingleton<SessionStore>()
            .AddSingleton<AmplificationLimiter>()
            .AddSingleton<ResponseFrame>()
            .AddSingleton<ServerOperations>()
            .AddSingleton<HandleOperations>()
            .AddSingleton<PasswordLogins>()
            .AddSingleton<SessionOperations>()
            .AddSingleton<HandleChallenges>()
            .AddSingleton<HandleResponder>()
            .AddSingleton<HandleDenials>()
            .AddSingleton<HandleService>()
            .AddSingleton<FastResolution>()
            .AddSingleton<HandleConnections>()
            .AddHostedService(static services => services.GetRequiredService<HandleConnections>())
            .AddSingleton<HandleUdp>()
            .AddSingleton<HandleMessagesOverHttp>()
            .AddSingleton<HttpSessions>()
            .AddSingleton<PageMarks>()
            .AddSingleton<HttpAuthenticator>()
            .AddSingleton<JsonValues>()
            .AddSingleton<FastJson>()
            .AddSingleton<HandleCalls>()
            .AddSingleton<ListCalls>()
            .AddSingleton<ServerCalls>()
            .AddSingleton<SessionCalls>()
            .AddSingleton<HandleHttp>()
            .AddSingleton<HttpEndpoints>()
            .AddHostedService<HandleLifecycle>();

    /// <summary>Adds the use cases of the core and the services that they need from the protocol.</summary>
    private static IServiceCollection AddHandleCore(this IServiceCollection services) =>
        services
            .AddSingleton(static s => RecordValues.SettingsOf(s.GetRequiredService<PublicAddress>()))
            .AddSingleton<IPrefixRecords, PrefixRecords>()
            .AddSingleton<IAdminValueReader, AdminValueReader>()
            .AddSingleton<HandleLookup>()
            .AddSingleton(static s => new HandleRights(
                [.. s.GetRequiredService<HandleSite>().Administrators.Select(HandleValueExtensions.ToReference)],
                s.GetRequiredService<IAdminValueReader>(),
                s.GetRequiredService<HandleLookup>()
            ))
            .AddSingleton<HandleResolver>()
            .AddSingleton<HandleAdministrator>()
            .AddSingleton<PrefixAdministrator>()
            .AddSingleton<BackupAdministrator>();

    /// <summary>Serves the Handle protocol on a listener.</summary>
    public static void Use(ListenOptions listen) => listen.UseConnectionHandler<HandleConnectionHandler>();

    /// <summary>
    /// Answers messages of the Handle protocol and calls of its JSON interface on the HTTP listener, before any other
    /// middleware there.
    /// </summary>
    public static void UseHandle(this IApplicationBuilder app)
    {
        var posts = app.ApplicationServices.GetRequiredService<HandleMessagesOverHttp>();
        var fast = app.ApplicationServices.GetRequiredService<FastJson>();
        app.Use(next =>
            context =>
                HandleMessagesOverHttp.IsOne(context)
                    ? posts.AnswerAsync(context)
                    : fast.TryAnswer(context) ?? next(context)
        );
        HttpRouting.Use(app, app.ApplicationServices.GetRequiredService<HttpEndpoints>().Map);
    }
}
