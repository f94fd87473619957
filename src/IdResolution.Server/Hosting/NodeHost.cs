using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Primitives;
using IdResolution.Server.Grpc;
using IdResolution.Server.Handle;
using IdResolution.Server.Hosting.Auditing;
using IdResolution.Server.Hosting.Telemetry;
using IdResolution.Server.Hosting.Work;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;
using IdResolution.Server.Options;
using IdResolution.Server.Pages;
using IdResolution.Server.Rest;
using IdResolution.Server.Snms;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace IdResolution.Server.Hosting;

/// <summary>Composes a node with its front ends and serves it.</summary>
internal static partial class NodeHost
{
    private const string LogTime = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private const int SigXfsz = 25;

    // The headers of answers that scripts of other sites may read, beside those that browsers always show.
    private static readonly string[] s_readHeaders =
    [
        "ETag",
        "Location",
        "Age",
        "Cache-Status",
        "Allow",
        "Retry-After",
        "WWW-Authenticate",
    ];

    // What each listener serves; Kestrel by itself serves HTTP.
    private static readonly Dictionary<string, Action<ListenOptions>> s_served = new()
    {
        [Listener.Http] = static _ => { },
        [Listener.Grpc] = GrpcListener.Use,
        [Listener.Handle] = HandleApi.Use,
        [Listener.Snms] = SnmsListener.Use,
    };

    /// <summary>
    /// Runs until SIGTERM, SIGINT or cancellation, and gives the exit code. Prints the ready line when it serves.
    /// </summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="configuration">The source of the options; also holds settings of Kestrel and logging.</param>
    /// <param name="cancellationToken">Stops the node.</param>
    public static async Task<int> RunAsync(
        NodeOptions options,
        IConfiguration configuration,
        CancellationToken cancellationToken
    )
    {
        using var fileSize = LetLargeWritesFail();
        if (ServerCertificates.Faults(configuration).ToList() is { Count: > 0 } faults)
        {
            throw new OperatorException(Text.Lines(faults));
        }
        ListenAddresses.Try(options, configuration);
        using var opened = await OpenedNode.OpenAsync(options, create: true, TimeProvider.System, leavesSteps: true);
        await using var app = Build(opened, configuration);
        await StartAsync(app.Services, opened, cancellationToken);
        await ListenAsync(app, options, configuration, cancellationToken);
        var addresses = app.Services.GetRequiredService<BoundAddresses>();
        app.Services.GetRequiredService<PublicAddress>().Url =
            options.PublicUrl ?? PublicAddress.Default(addresses.Http);
        // Reads the first rows now, so that the first caller does not wait for them.
        await app.Services.GetRequiredService<LogFollower>().CatchUpAsync(cancellationToken);
        await SayReadyAsync(addresses);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Makes the node ready to listen.</summary>
    private static async Task StartAsync(
        IServiceProvider services,
        OpenedNode opened,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await NodeContainer.StartAsync(services, cancellationToken);
            await InitializeAsync(services, cancellationToken);
        }
        catch
        {
            opened.GiveUp();
            throw;
        }
        services.GetRequiredService<StartWarnings>().Log();
        if (!opened.Store.HasStepLeft)
        {
            await services.GetRequiredService<LogNaming>().EnsureAsync(cancellationToken);
            await RenewPackAsync(services, cancellationToken);
        }
    }

    private static async Task RenewPackAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<PackRenewal>().EnsureAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The node serves with the templates that it has. PackRenewalWork tries again, and says what it is.
        }
    }

    /// <summary>Starts the listeners and what else the host starts. A fault is thrown, and not logged too.</summary>
    /// <exception cref="OperatorException">An address cannot be listened on.</exception>
    private static async Task ListenAsync(
        WebApplication app,
        NodeOptions options,
        IConfiguration configuration,
        CancellationToken cancellationToken
    )
    {
        var quiet = app.Services.GetRequiredService<StartQuiet>();
        quiet.IsStarting = true;
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException { InnerException: AddressInUseException })
        {
            // Mostly a port that was taken since it was tried: then this names its setting.
            ListenAddresses.Try(options, configuration);
            throw new OperatorException(
                $"An address of Kestrel:Endpoints cannot be listened on: {e.Message}",
                $"无法在 Kestrel:Endpoints 的某个地址上监听：{e.Message}"
            );
        }
        finally
        {
            quiet.IsStarting = false;
        }
    }

    /// <summary>Runs the first start if it is needed, and prints the new admin key.</summary>
    private static async Task InitializeAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var firstStart = services.GetRequiredService<FirstStart>();
        if (services.GetRequiredService<LogGuard>().IsRestored)
        {
            // The store takes no writes. Reading must go on all the same.
            return;
        }
        if (firstStart.IsNeeded)
        {
            // The first start writes, and writes are refused until the migration is done.
            await services.GetRequiredService<MigrationWork>().FinishAsync(cancellationToken);
        }
        if (await firstStart.InitializeAsync(cancellationToken) is { } firstKey)
        {
            await Console.Out.WriteLineAsync(
                $"This is the first admin key. It ends on {firstKey.Key.ExpiresAt:yyyy-MM-dd}. It is shown this once; "
                    + "keep it safe. Make others with: idnode key create"
            );
            await Console.Out.WriteLineAsync(
                $"这是首个管理员密钥，{firstKey.Key.ExpiresAt:yyyy-MM-dd} 到期，仅显示这一次，请妥善保管。"
                    + "其他密钥请用 idnode key create 创建。"
            );
            await Console.Out.WriteLineAsync($"admin-key {firstKey.Text}");
        }
    }

    private static Task SayReadyAsync(BoundAddresses addresses)
    {
        var ready = addresses.All.ToDictionary(static address => address.Key, static address => $"{address.Value}");
        return Console.Out.WriteLineAsync($"ready {JsonSerializer.Serialize(ready)}");
    }

    /// <summary>
    /// A write beyond the file size limit must fail with an error. By default the signal would end the process.
    /// </summary>
    private static PosixSignalRegistration? LetLargeWritesFail() =>
        OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create((PosixSignal)SigXfsz, static context => context.Cancel = true);

    private static void AddServices(WebApplicationBuilder builder, OpenedNode opened)
    {
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = GracefulShutdown.Time(opened.Options.Drain)
        );
        builder.Services.AddNode(opened).AddHttp();
        builder.AddTelemetryExport(opened.Options.Telemetry);
        builder.Services.AddWork(opened.Options);
        builder.Services.AddWeb(opened.Options.Cors);
        builder.Services.AddRest();
        builder.Services.AddGrpcApi(opened.Options.Limits);
        builder.Services.AddHandle();
        builder.Services.AddSnms();
    }

    /// <summary>Composes the application. Tests start it this way too.</summary>
    /// <param name="opened">The open node. It is not closed with the application.</param>
    /// <param name="configuration">The settings of Kestrel and of logging.</param>
    /// <param name="mapGrpc">Maps more services on the gRPC listener.</param>
    public static WebApplication Build(
        OpenedNode opened,
        IConfiguration configuration,
        Action<IEndpointRouteBuilder>? mapGrpc = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(configuration);
        builder.AddLogging(configuration);
        builder.Listen(opened.Options);
        AddServices(builder, opened);
        var app = builder.Build();
        app.Services.GetRequiredService<NodeGauges>();
        TrustedProxies.Use(app);
        UsePipeline(app, opened.Options.Cors);
        MapCalls(app, mapGrpc);
        return app;
    }

    private static void AddLogging(this WebApplicationBuilder builder, IConfiguration configuration)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConfiguration(configuration.GetSection("Logging"));
        builder.AddConsole(configuration["Logging:Console:FormatterName"] == ConsoleFormatterNames.Json);
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter<ConsoleLoggerProvider>(TelemetrySink.Category, LogLevel.None);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        // The node logs itself when it becomes unready. The library would log an error at each check.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        // If this category is enabled, the host makes an activity and a logging scope for each request, which is half
        // the cost of an L1 hit. Without it, activities are still made if something listens to them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        var quiet = new StartQuiet();
        builder.Services.AddSingleton(quiet);
        builder.Services.Configure<LoggerFilterOptions>(filters => quiet.AddRules(filters, configuration));
    }

    /// <summary>
    /// Standard output is only for the ready line. Logs go to standard error, one line each, as text or as JSON.
    /// </summary>
    private static void AddConsole(this WebApplicationBuilder builder, bool isJson)
    {
        if (isJson)
        {
            builder.Logging.AddJsonConsole(console =>
                (console.UseUtcTimestamp, console.TimestampFormat) = (true, LogTime)
            );
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
                (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, LogTime + " ")
            );
        }
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
    }

    private static void Listen(this WebApplicationBuilder builder, NodeOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            IPEndPoint? handle = null;
            kestrel.ConfigureEndpointDefaults(listen =>
            {
                // The Handle protocol counts its own: a proxy there tells the client only on the connection.
                if (!ReferenceEquals(listen.IPEndPoint, handle))
                {
                    HttpConnections.Use(listen);
                }
            });
            // What the system would allow may be more, or change.
            kestrel.ConfigureHttpsDefaults(https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
            foreach (var listener in options.Listeners)
            {
                NodeOptions.TryEndPoint(listener.Address, out var endPoint);
                handle = listener.Name == Listener.Handle ? endPoint : handle;
                kestrel.Listen(endPoint, s_served[listener.Name]);
            }
            UseNamed(kestrel);
            Limit(kestrel, options);
        });
    }

    private static void UseNamed(KestrelServerOptions kestrel)
    {
        // An endpoint named Grpc in the settings of Kestrel, for TLS, serves gRPC too.
        kestrel.ConfigurationLoader?.Endpoint("Grpc", endpoint => GrpcListener.Use(endpoint.ListenOptions));
        // And one named Snms serves that protocol alone.
        kestrel.ConfigurationLoader?.Endpoint("Snms", endpoint => SnmsListener.Use(endpoint.ListenOptions));
    }

    private static void Limit(KestrelServerOptions kestrel, NodeOptions options)
    {
        kestrel.AddServerHeader = false;
        // Every reader of a body sets a bound of its own.
        kestrel.Limits.MaxRequestBodySize = BodyBound.Default;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        // A proxy that ends TLS passes on over HTTP/2 that its client asked for https. Without a proxy that is a fault.
        kestrel.AllowAlternateSchemes = options.ForwardedHeaders.Proxies.Count > 0;
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.Limits.StreamsPerConnection;
        // Streams may be quiet for a long time. Pings find peers that are gone.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    /// <summary>Adds CORS, response compression, JSON options and the OpenAPI document.</summary>
    private static void AddWeb(this IServiceCollection services, CorsOptions cors)
    {
        services.AddCors(options =>
            options.AddDefaultPolicy(policy =>
                policy
                    .WithOrigins([.. cors.Origins])
                    .WithMethods("GET", "HEAD", "POST", "PATCH", "DELETE")
                    .AllowAnyHeader()
                    .WithExposedHeaders(s_readHeaders)
                    .SetPreflightMaxAge(TimeSpan.FromHours(1))
            )
        );
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes =
            [
                "application/json",
                "application/problem+json",
                "text/html",
                "image/svg+xml",
                "text/css",
                "application/javascript",
            ];
        });
        services.ConfigureHttpJsonOptions(json =>
        {
            // These describe bodies in the OpenAPI document: numbers are numbers, and words are written as in answers.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, RestJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, CatalogJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(
                new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver()
            );
        });
        services.AddApiDescription();
    }

    private static void UsePipeline(WebApplication app, CorsOptions cors)
    {
        app.UseWhen(static context => !GrpcListener.Took(context), http => UseHttp(http, cors));
        app.UseMiddleware<GrpcPipeline>();
        app.UseRouting();
        app.Use(GrpcListener.Gate);
        var grpcGate = app.Services.GetRequiredService<GrpcGate>();
        app.Use(
            (context, next) =>
                GrpcListener.Took(context) ? grpcGate.PassAsync(context, next) : RestApi.GateAsync(context, next)
        );
    }

    private static void UseHttp(IApplicationBuilder http, CorsOptions cors)
    {
        var headers = http.ApplicationServices.GetRequiredService<SecurityHeaders>();
        http.Use(next =>
            context =>
            {
                headers.Set(context);
                return next(context);
            }
        );
        http.UseSnms();
        http.UseHandle();
        if (cors.Origins.Count > 0)
        {
            // Before all that refuses, so that scripts can read refusals too.
            http.UseCors();
        }
        http.UseMiddleware<RestPipeline>();
        http.UseResponseCompression();
        http.Use(next =>
            context =>
            {
                if (context.Request.Path.StartsWithSegments("/docs"))
                {
                    SecurityHeaders.SetPage(context.Response, ContentSecurityPolicy.ApiPage);
                    context.Response.OnStarting(NameCharset, context.Response);
                }
                return next(context);
            }
        );
        http.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.DocumentTitle = "IdResolution REST API";
            ui.SwaggerEndpoint("/openapi/v1.json", "IdResolution v1");
        });
    }

    /// <summary>Says what the library of the API page does not say of its style sheets.</summary>
    private static Task NameCharset(object response)
    {
        if (response is HttpResponse { ContentType: "text/css" } sheet)
        {
            sheet.ContentType += "; charset=utf-8";
        }
        return Task.CompletedTask;
    }

    private static void MapCalls(WebApplication app, Action<IEndpointRouteBuilder>? mapGrpc)
    {
        app.MapMethods("/healthz", RestApi.ReadMethods, () => Results.Text("ok\n")).ExcludeFromDescription();
        app.MapMethods("/readyz", RestApi.ReadMethods, (Readiness readiness) => readiness.Answer())
            .ExcludeFromDescription();
        app.MapRest();
        app.MapGrpcApi(mapGrpc);
    }

    /// <summary>Adds the services that the front ends on HTTP share, labels and pages.</summary>
    private static IServiceCollection AddHttp(this IServiceCollection services) =>
        services
            .AddSingleton<HttpConnections>()
            .AddSingleton<TrustedProxies>()
            .AddSingleton<ApiKeyAuthenticator>()
            .AddSingleton<PublicAddress>()
            .AddSingleton<BoundAddresses>()
            .AddSingleton<SecurityHeaders>()
            .AddSingleton<HeldAnswers>()
            .AddSingleton<HeldBodies>()
            .AddSingleton<DrawingRates>()
            .AddSingleton<LabelMaker>()
            .AddSingleton<HeldMarks>()
            .AddSingleton<OrderLabels>()
            .AddPages();

    /// <summary>Adds the background work of a serving node. It stops in the opposite order.</summary>
    private static void AddWork(this IServiceCollection services, NodeOptions options)
    {
        services
            .AddSingleton<Readiness>()
            .AddSingleton<IReadiness>(static s => s.GetRequiredService<Readiness>())
            .AddSingleton<NodeGauges>()
            .AddSingleton<HoldGauges>();
        services
            .AddSingleton<MigrationWork>()
            .AddHostedService(static s => s.GetRequiredService<MigrationWork>())
            .AddHostedService<LogNamingWork>()
            .AddHostedService<PackRenewalWork>()
            .AddHostedService<StoreWatch>()
            .AddHostedService<KeyExpiryWork>()
            .AddHostedService<DataKeyWork>()
            .AddHostedService<FlushWork>()
            .AddHostedService<AuditWork>()
            .AddHostedService<HoldWork>()
            .AddAuditExport(options)
            .AddLogReaderWork()
            .AddHostedService<TailWork>();
        if (options.Redis.IsUsed)
        {
            services.AddHostedService<SharedCacheWork>();
        }
        services.AddUpstreamWork(options.Upstream);
        services.AddHostedService<GracefulShutdown>().AddHostedService<SettingsReload>().AddSingleton<StartWarnings>();
    }

    private static void AddUpstreamWork(this IServiceCollection services, UpstreamOptions upstream)
    {
        if (upstream is { IsUsed: true, ReconcileHours: > 0 })
        {
            services.AddSingleton<ReconcilePlace>();
            services.AddHostedService(static s =>
                ActivatorUtilities.CreateInstance<UpstreamReconcileWork>(
                    s,
                    NodeServices.Lease(s, UpstreamReconcileWork.LeaseName)
                )
            );
        }
        if (upstream is { IsUsed: true, Statistics: true })
        {
            services.AddHostedService(static s =>
                ActivatorUtilities.CreateInstance<UpstreamCountsWork>(
                    s,
                    NodeServices.Lease(s, UpstreamCountsWork.LeaseName)
                )
            );
        }
        if (upstream is { IsUsed: true, Route: not UpstreamRouteKind.None })
        {
            services.AddHostedService<UpstreamRouteWork>();
        }
    }

    /// <summary>Adds the sinks of the audit log that the settings name.</summary>
    private static IServiceCollection AddAuditExport(this IServiceCollection services, NodeOptions options)
    {
        if (options.Audit.Receiver is not null)
        {
            services.AddSingleton<IAuditSink>(new SyslogSink(options.Audit));
        }
        return services.Any(static s => s.ServiceType == typeof(IAuditSink))
            ? services.AddHostedService<AuditExportWork>()
            : services;
    }

    /// <summary>Adds one background service for each reader of the log.</summary>
    private static IServiceCollection AddLogReaderWork(this IServiceCollection services)
    {
        var readers = services.Count(static s => s.ServiceType == typeof(LogReader));
        for (var i = 0; i < readers; i++)
        {
            var at = i;
            services.AddSingleton<IHostedService>(s =>
                ActivatorUtilities.CreateInstance<LogReaderWork>(s, s.GetServices<LogReader>().ElementAt(at))
            );
        }
        return services;
    }
}
