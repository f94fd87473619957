using IdResolution.Core.Access;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;

namespace IdResolution.Server.Rest;

/// <summary>Maps REST calls, resolution pages and labels on the HTTP listener.</summary>
internal static class RestApi
{
    /// <summary>The methods of calls that read. A server must support HEAD with GET (RFC 9110 §9.1).</summary>
    public static readonly string[] ReadMethods = ["GET", "HEAD"];

    public static IServiceCollection AddRest(this IServiceCollection services) =>
        services
            .AddSingleton<BodyLimits>()
            .AddSingleton<RenderContext>()
            .AddSingleton<ResolveEndpoint>()
            .AddSingleton<RegistrationEndpoints>()
            .AddSingleton<RecordEndpoints>()
            .AddSingleton<QueryEndpoints>()
            .AddSingleton<TemplateEndpoints>()
            .AddSingleton<CodingRuleEndpoints>()
            .AddSingleton<AdministrationEndpoints>()
            .AddSingleton<LabelEndpoints>()
            .AddSingleton<PageContents>()
            .AddSingleton<PageEndpoints>()
            .AddSingleton<RestDenials>()
            .AddSingleton<IRootPath>(static s => s.GetRequiredService<PageEndpoints>())
            .AddSingleton<RootPaths>();

    /// <summary>Maps the calls of <c>/api/v1</c>, the pages, and the fallback for all other paths.</summary>
    public static void MapRest(this WebApplication app)
    {
        var services = app.Services;
        var limits = services.GetRequiredService<BodyLimits>();
        var api = app.MapGroup("/api/v1");
        MapIdentifiers(api.MapGroup("").WithTags("Identifiers"), services, limits);
        MapLabels(api.MapGroup("").WithTags("Labels"), services.GetRequiredService<LabelEndpoints>(), limits);
        MapTemplates(api.MapGroup("").WithTags("Templates"), services, limits);
        MapAdministration(
            api.MapGroup("").WithTags("Administration"),
            services.GetRequiredService<AdministrationEndpoints>()
        );
        MapPages(app, services.GetRequiredService<PageEndpoints>());
        // The default pattern of the fallback excludes paths that look like file names, and identifiers can look so.
        app.MapFallback("{**path}", services.GetRequiredService<RootPaths>().AnswerAsync);
    }

    private static void MapIdentifiers(RouteGroupBuilder group, IServiceProvider services, BodyLimits limits)
    {
        MapRegistration(group, services.GetRequiredService<RegistrationEndpoints>(), limits);
        MapRecords(
            group,
            services.GetRequiredService<ResolveEndpoint>(),
            services.GetRequiredService<RecordEndpoints>(),
            limits
        );
        var queries = services.GetRequiredService<QueryEndpoints>();
        MapQueries(group, queries);
        MapChanges(group, queries);
    }

    private static void MapRegistration(RouteGroupBuilder group, RegistrationEndpoints register, BodyLimits limits)
    {
        Map(
                group,
                "POST",
                "/identifiers",
                register.RegisterAsync,
                "Register an item",
                "201 new, 200 the same again, 409 conflict, 422 refused.",
                Role.Registrar
            )
            .Takes<ApiDocument.Registration>(limits.Usual)
            .Produces<ApiDocument.RecordAnswer>(201)
            .Produces<ApiDocument.RecordAnswer>()
            .Refuses(409, 422);
        Map(
                group,
                "POST",
                "/identifiers:batch",
                register.RegisterBatchAsync,
                "Register up to 2,000 items",
                "Each item has its own result, in the order given.",
                Role.Registrar
            )
            .Takes<ApiDocument.Batch>(limits.Batch)
            .Produces<ApiDocument.BatchAnswer>();
    }

    private static void MapRecords(
        RouteGroupBuilder group,
        ResolveEndpoint resolve,
        RecordEndpoints records,
        BodyLimits limits
    )
    {
        Map(
                group,
                "GET",
                "/identifiers/{**id}",
                resolve.GetAsync,
                "Resolve",
                "The record as the caller may see it. ETag, If-None-Match."
            )
            .IdentifierInQuery()
            .Produces<ApiDocument.RecordAnswer>()
            .Refuses(404, 410);
        Map(
                group,
                "PATCH",
                "/identifiers/{**id}",
                records.UpdateAsync,
                "Change",
                "JSON merge patch of attributes and values. If-Match optional: 412 where it does not match.",
                Role.Registrar
            )
            .IdentifierInQuery()
            .Takes<ApiDocument.Patch>(limits.Usual, "application/merge-patch+json")
            .Produces<ApiDocument.RecordAnswer>()
            .Refuses(412);
        Map(
                group,
                "DELETE",
                "/identifiers/{**id}",
                records.RevokeAsync,
                "Revoke",
                "Leaves a tombstone: 410 from now on.",
                Role.Registrar
            )
            .IdentifierInQuery()
            .Produces(204);
    }

    private static void MapQueries(RouteGroupBuilder group, QueryEndpoints queries)
    {
        Map(
                group,
                "GET",
                "/history/{**id}",
                queries.HistoryAsync,
                "Versions of a record",
                "Newest first; next is the version to go on before.",
                Role.Reader
            )
            .IdentifierInQuery()
            .Number("before", "Only versions before this one; 0 for all.")
            .Number("limit", "Versions in one answer.", absent: 100, least: 1, greatest: RecordQueries.MaxPage);
        Map(
                group,
                "POST",
                "/scan",
                queries.ScanAsync,
                "Resolve what a scanner read",
                "URL, bare identifier, GS1 element string or Digital Link; parsed, never fetched."
            )
            .WithMetadata(ReadingCall.Instance)
            .Takes<ScanBody>(BodyLimits.Scan)
            .Produces<ApiDocument.RecordAnswer>();
        Map(
                group,
                "GET",
                "/search",
                queries.SearchAsync,
                "Search",
                "Also by one searchable attribute of the template: attr.CODE=, or attr.CODE.from= and attr.CODE.to= "
                    + "(both included), or attr.CODE.prefix=.",
                Role.Reader
            )
            .Text("template", "The template's code.")
            .Text("source", "The system that registered the records.")
            .Text("sourceKey", "The key that the source knows a record by; needs source.")
            .Time("createdFrom", "date-time", "Created at this time or later.")
            .Time("createdBefore", "date-time", "Created before this time.")
            .Number("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Records in one answer.", absent: 50, least: 1, greatest: RecordQueries.MaxPage);
    }

    private static void MapChanges(RouteGroupBuilder group, QueryEndpoints queries) =>
        Map(
                group,
                "GET",
                "/changes",
                queries.ChangesAsync,
                "The change log",
                "next is the cursor to go on with.",
                Role.Partner
            )
            .Text("after", "Goes on after this cursor: the next of the answer before. Absent: from the beginning.")
            .Number("wait", "Seconds to wait for a change where there is none yet.", greatest: 60)
            .Number("limit", "Changes in one answer.", absent: 500, least: 1, greatest: RecordQueries.MaxPage);

    private static void MapPages(WebApplication app, PageEndpoints pages)
    {
        app.MapMethods("/", ReadMethods, pages.HomeAsync).ExcludeFromDescription();
        app.MapMethods("/r", ["GET", "HEAD", "POST"], pages.ByQueryAsync).ExcludeFromDescription();
    }

    private static void MapLabels(RouteGroupBuilder group, LabelEndpoints labels, BodyLimits limits)
    {
        Map(group, "GET", "/qr/{**id}", labels.QrAsync, "QR code", "/qr/ID.svg or /qr/ID.png, or ?id=&format=.")
            .IdentifierInQuery()
            .Text("format", "With id: the form of the image.", "svg", "png")
            .Text("content", "What the code says.", "url", "identifier")
            .Number("size", "Pixels.", absent: 256, QrOptions.MinSize, QrOptions.MaxSize)
            .Text("ecc", "The level of error correction.", "L", "M", "Q", "H")
            .Number("quietZone", "The white border, in modules.", absent: 4, 0, QrOptions.MaxQuietZone);
        Map(
                group,
                "GET",
                "/labels/sheet",
                labels.SheetAsync,
                "Printable sheet of labels",
                "HTML: labels by id, repeated, or of the records of a template. Identifiers without label are named "
                    + "beside the sheet; Link, rel=next, is the next one."
            )
            .Texts("id", "The identifiers of the labels.")
            .Text("template", "The code of a template: its records in the order of registration.")
            .Number("after", "With template: goes on where the sheet before ended.")
            .Number("limit", "With template: labels on the sheet.", LabelMaker.MaxSheet, 1, LabelMaker.MaxSheet)
            .Number("columns", "Labels side by side.", absent: 3, 1, SheetOptions.MaxColumns)
            .Number(
                "qr",
                "The side of the QR code, in millimetres.",
                absent: 25,
                SheetOptions.MinQr,
                SheetOptions.MaxQr
            );
        Map(group, "POST", "/labels/sheet", labels.PostSheetAsync, "Printable sheet of the identifiers given", "HTML.")
            .WithMetadata(ReadingCall.Instance)
            .Takes<SheetBody>(limits.Usual);
        Map(
                group,
                "GET",
                "/labels/{**id}",
                labels.LabelAsync,
                "Label for ZPL printers",
                "/labels/ID.zpl, or ?id=&format=zpl."
            )
            .IdentifierInQuery()
            .Text("format", "With id: the form of the label.", "zpl")
            .Text("dpi", "The resolution of the print head, in dots per inch.", "203", "300", "600")
            .Number("width", "Millimetres.", absent: 50, ZplOptions.MinMillimetres, ZplOptions.MaxMillimetres)
            .Number("height", "Millimetres.", absent: 30, ZplOptions.MinMillimetres, ZplOptions.MaxMillimetres)
            .Text("barcode", "A second symbol.", "none", "code128", "datamatrix")
            .Text("rfid", "True where the RFID tag in the label is encoded.", "true", "false")
            .Number("copies", "Labels printed; all with the same identifier.", absent: 1, 1, ZplOptions.MaxCopies);
    }

    private static void MapTemplates(RouteGroupBuilder group, IServiceProvider services, BodyLimits limits)
    {
        var templates = services.GetRequiredService<TemplateEndpoints>();
        MapReadingTemplates(group, templates);
        MapEditingTemplates(group, templates);
        MapPacks(group, templates, limits);
        MapCategories(group, templates);
        MapCodingRules(group, services.GetRequiredService<CodingRuleEndpoints>());
    }

    private static void MapReadingTemplates(RouteGroupBuilder group, TemplateEndpoints templates)
    {
        Map(
                group,
                "GET",
                "/templates",
                templates.ListAsync,
                "All templates",
                "The newest version of each, whole.",
                Role.Partner
            )
            .Produces<Listing<Template>>();
        Map(group, "GET", "/templates/{code}", templates.GetAsync, "One template", "", Role.Partner)
            .Number("version", "An older version; 0 for the newest.", greatest: int.MaxValue)
            .Produces<Template>();
    }

    private static void MapEditingTemplates(RouteGroupBuilder group, TemplateEndpoints templates)
    {
        Map(
                group,
                "POST",
                "/templates",
                templates.SaveAsync,
                "Save a draft",
                "201 a new draft, 200 the draft changed or the same as before.",
                Role.Admin
            )
            .Takes<Template>(BodyLimits.Template)
            .Produces<Template>(201);
        Map(
                group,
                "POST",
                "/templates/{code}/publish",
                templates.PublishAsync,
                "Publish the newest version",
                "",
                Role.Admin
            )
            .Produces<Template>();
        Map(
                group,
                "POST",
                "/templates/{code}/withdraw",
                templates.WithdrawAsync,
                "Withdraw",
                "No registrations until published again; records stay.",
                Role.Admin
            )
            .Produces<Template>();
        Map(group, "POST", "/templates/{code}/copy", templates.CopyAsync, "Copy under another code", "", Role.Admin)
            .Takes<CopyBody>(BodyLimits.Template)
            .Produces<Template>(201);
    }

    private static void MapPacks(RouteGroupBuilder group, TemplateEndpoints templates, BodyLimits limits)
    {
        Map(
                group,
                "POST",
                "/templates:import",
                templates.ImportAsync,
                "Import a pack",
                "All or nothing; templates are published.",
                Role.Admin
            )
            .Takes<TemplatePack>(limits.Batch)
            .Produces<ImportAnswer>();
        Map(group, "GET", "/templates:export", templates.ExportAsync, "Export as a pack", "", Role.Reader)
            .Texts("template", "The codes of the templates; all where there is none.")
            .Produces<TemplatePack>();
    }

    private static void MapCategories(RouteGroupBuilder group, TemplateEndpoints templates)
    {
        Map(group, "GET", "/categories", templates.CategoriesAsync, "Categories", "", Role.Partner)
            .Produces<Listing<Category>>();
        Map(group, "POST", "/categories", templates.SaveCategoryAsync, "Save a category", "", Role.Admin)
            .Takes<Category>(BodyLimits.Template)
            .Produces<Category>(201);
    }

    private static void MapCodingRules(RouteGroupBuilder group, CodingRuleEndpoints rules)
    {
        Map(group, "GET", "/coding-rules", rules.ListAsync, "Coding rules", "", Role.Reader)
            .Produces<Listing<CodingRule>>();
        Map(
                group,
                "POST",
                "/coding-rules",
                rules.SaveAsync,
                "Save a coding rule",
                "The pattern is checked.",
                Role.Admin
            )
            .Takes<CodingRule>(BodyLimits.Small)
            .Produces<CodingRule>(201);
        Map(group, "POST", "/coding-rules:try", rules.TryAsync, "Try a pattern", "Uses no number up.", Role.Reader)
            .Takes<TryRuleBody>(BodyLimits.Small)
            .Produces<TryRuleAnswer>();
        Map(
                group,
                "POST",
                "/coding-rules/{code}/try",
                rules.TrySavedAsync,
                "Try a coding rule",
                "Uses no number up.",
                Role.Reader
            )
            .Takes<TryRuleBody>(BodyLimits.Small)
            .Produces<TryRuleAnswer>();
    }

    private static void MapAdministration(RouteGroupBuilder group, AdministrationEndpoints administration)
    {
        Map(group, "GET", "/keys", administration.KeysAsync, "Keys", "Never the key itself.", Role.Admin)
            .Produces<Listing<KeyAnswer>>();
        Map(
                group,
                "POST",
                "/keys",
                administration.CreateKeyAsync,
                "Make a key",
                "The answer alone holds the key.",
                Role.Admin
            )
            .Takes<KeyBody>(BodyLimits.Small)
            .Produces<KeyAnswer>(201);
        Map(group, "DELETE", "/keys/{id}", administration.RevokeKeyAsync, "Revoke a key", "", Role.Admin).Produces(204);
        Map(group, "GET", "/audit", administration.AuditAsync, "Audit log", "Newest first.", Role.Admin)
            .Number("before", "Only lines before this one: the next of the page before; 0 for all.")
            .Number("limit", "Lines in one answer.", absent: 100, least: 1, greatest: 1_000)
            .Produces<Listing<AuditAnswer>>();
        Map(group, "GET", "/statistics", administration.StatisticsAsync, "Statistics", "The plant's days.", Role.Reader)
            .Time("from", "date", "The first day; 30 days before the last where it is not given.")
            .Time("to", "date", "The last day; today where it is not given.")
            .Text("template", "The template's code.")
            .Produces<Listing<StatisticAnswer>>();
    }

    private static RouteHandlerBuilder Map(
        RouteGroupBuilder group,
        string method,
        string pattern,
        Delegate handler,
        string summary,
        string description,
        Role needed = Role.Anonymous
    ) =>
        group
            .MapMethods(pattern, method == "GET" ? ReadMethods : [method], handler)
            .WithSummary(summary)
            .WithDescription(description)
            .WithMetadata(new RoleNeededAttribute(needed));

    /// <summary>Middleware that refuses callers without the role that the routed call needs.</summary>
    public static Task GateAsync(HttpContext context, RequestDelegate next) =>
        RoleNeededAttribute.Refusal(context) is { } refused ? Problem.WriteAsync(context, refused) : next(context);
}
