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

    private const string HeldLabel = "True where a label is of an item that must not be used.";

    private const string IfMatch =
        "Entity tags as answers gave them, or \"VERSION\": 412 where the record is at another version.";

    public static IServiceCollection AddRest(this IServiceCollection services) =>
        services
            .AddRequestDecompression()
            .AddSingleton<BodyLimits>()
            .AddSingleton<RenderContext>()
            .AddSingleton<ResolveEndpoint>()
            .AddSingleton<RegistrationEndpoints>()
            .AddSingleton<RecordEndpoints>()
            .AddSingleton<BusinessKeyEndpoints>()
            .AddSingleton<AffectedEndpoint>()
            .AddSingleton<EventEndpoints>()
            .AddSingleton<TraceEndpoints>()
            .AddSingleton<QualityEndpoints>()
            .AddSingleton<AnalysisEndpoints>()
            .AddSingleton<QueryEndpoints>()
            .AddSingleton<ScanEndpoint>()
            .AddSingleton<TemplateEndpoints>()
            .AddSingleton<CodingRuleEndpoints>()
            .AddSingleton<AdministrationEndpoints>()
            .AddSingleton<UpstreamEndpoints>()
            .AddSingleton<EnterpriseEndpoints>()
            .AddSingleton<PartnerEndpoints>()
            .AddSingleton<ItemTarget>()
            .AddSingleton<OrderLabelEndpoints>()
            .AddSingleton<LabelEndpoints>()
            .AddSingleton<WarehouseEndpoints>()
            .AddSingleton<LifeEndpoints>()
            .AddSingleton<StoryContents>()
            .AddSingleton<TraceContents>()
            .AddSingleton<TracePageEndpoint>()
            .AddSingleton<PageContents>()
            .AddSingleton<PostedKey>()
            .AddSingleton<PageEndpoints>()
            .AddSingleton<FieldEndpoint>()
            .AddSingleton<ApiDocumentEndpoint>()
            .AddSingleton<AuditTargets>()
            .AddSingleton<RestDenials>()
            .AddSingleton<IRootPath>(static s => s.GetRequiredService<PageEndpoints>())
            .AddSingleton<RootPaths>();

    /// <summary>
    /// Maps the calls of <c>/api/v1</c>, their description, the pages, and the fallback for all other paths.
    /// </summary>
    public static void MapRest(this WebApplication app)
    {
        var services = app.Services;
        var limits = services.GetRequiredService<BodyLimits>();
        var api = app.MapGroup("/api/v1").WithMetadata(RestCall.Instance);
        MapIdentifiers(api.MapGroup("").WithTags("Identifiers"), services, limits);
        MapLabels(api.MapGroup("").WithTags("Labels"), services.GetRequiredService<LabelEndpoints>());
        MapTemplates(api.MapGroup("").WithTags("Templates"), services, limits);
        MapAdministration(
            api.MapGroup("").WithTags("Administration"),
            services.GetRequiredService<AdministrationEndpoints>()
        );
        MapEnterprises(api.MapGroup("").WithTags("Administration"), services.GetRequiredService<EnterpriseEndpoints>());
        MapUpstream(api.MapGroup("").WithTags("Upstream"), services.GetRequiredService<UpstreamEndpoints>());
        // Behind the others: generated clients number types of the same name in the order of the calls.
        EventApi.Map(api.MapGroup("").WithTags("Events"), services.GetRequiredService<EventEndpoints>(), limits);
        TraceApi.Map(api.MapGroup("").WithTags("Events"), services.GetRequiredService<TraceEndpoints>());
        QualityApi.Map(api.MapGroup("").WithTags("Events"), services.GetRequiredService<QualityEndpoints>());
        EventApi.MapAffected(
            api.MapGroup("").WithTags("Events"),
            services.GetRequiredService<AffectedEndpoint>(),
            limits
        );
        AnalysisApi.Map(api.MapGroup("").WithTags("Events"), services.GetRequiredService<AnalysisEndpoints>(), limits);
        WarehouseApi.Map(
            api.MapGroup("").WithTags("Warehouse"),
            services.GetRequiredService<WarehouseEndpoints>(),
            limits
        );
        LifeApi.Map(api.MapGroup("").WithTags("Equipment"), services.GetRequiredService<LifeEndpoints>());
        PartnerApi.Map(api.MapGroup("").WithTags("Partners"), services.GetRequiredService<PartnerEndpoints>());
        app.MapMethods(
                $"/openapi/{ApiDescription.Document}.json",
                ReadMethods,
                services.GetRequiredService<ApiDocumentEndpoint>().AnswerAsync
            )
            .ExcludeFromDescription();
        MapPages(app, services);
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
        var keys = services.GetRequiredService<BusinessKeyEndpoints>();
        MapBusinessKeys(group, keys);
        MapSources(group, keys);
        var queries = services.GetRequiredService<QueryEndpoints>();
        MapQueries(group, queries, services.GetRequiredService<ScanEndpoint>());
        MapChanges(group, queries);
    }

    private static void MapRegistration(RouteGroupBuilder group, RegistrationEndpoints register, BodyLimits limits)
    {
        Map(
                group,
                "register",
                "POST /identifiers",
                register.RegisterAsync,
                "Register an item",
                "Answers 201 for a new record, and 200 with the record as it stands for the same again.",
                Role.Registrar
            )
            .Takes<ApiDocument.Registration>(limits.Usual)
            .Produces<ApiDocument.RecordAnswer>(201)
            .Produces<ApiDocument.RecordAnswer>()
            .Refuses(409, 410);
        Map(
                group,
                "registerBatch",
                "POST /identifiers:batch",
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
        MapResolution(group, resolve);
        MapIdentified(
            (name, route) =>
                Map(
                        group,
                        name,
                        $"PATCH {route}",
                        records.UpdateAsync,
                        "Change a record",
                        "JSON merge patch (RFC 7396) of attributes and values.",
                        Role.Registrar
                    )
                    .Header("If-Match", IfMatch)
                    .Takes<ApiDocument.Patch>(limits.Usual, "application/merge-patch+json")
                    .Produces<ApiDocument.RecordAnswer>()
                    .Refuses(409, 412),
            "change",
            "/identifiers"
        );
        MapIdentified(
            (name, route) =>
                Map(
                        group,
                        name,
                        $"DELETE {route}",
                        records.RevokeAsync,
                        "Revoke an identifier",
                        "Leaves a tombstone: the identifier is answered 410 from then on.",
                        Role.Registrar
                    )
                    .Header("If-Match", IfMatch)
                    .Produces(204)
                    .Refuses(412),
            "revoke",
            "/identifiers"
        );
    }

    private static void MapResolution(RouteGroupBuilder group, ResolveEndpoint resolve)
    {
        RouteHandlerBuilder MapCall(string name, string route) =>
            Map(
                    group,
                    name,
                    $"GET {route}",
                    resolve.GetAsync,
                    "Resolve an identifier",
                    "The record, as the key may see it. The identifier of a template is answered 303 to it."
                )
                .Header("If-None-Match", "Entity tags: 304 where the record is still what one of them stands for.")
                .Produces<ApiDocument.RecordAnswer>()
                .Produces(303)
                .Produces(304)
                .Refuses(404, 410);
        const string Partner = "A partner's code: the answer that this partner would get; from role reader up.";
        MapCall("resolve", "/identifiers/{**id}").Refuses(403).Text("as", Partner);
        MapCall("resolveByQuery", "/identifiers")
            .Refuses(403)
            .Text("id", "The identifier; or in its place source and sourceKey, from role reader up.")
            .Text("source", "The system that knows the item.")
            .Text("sourceKey", "The item's key in that system.")
            .Text("prefix", "With sourceKey: the prefix of the item, where items of several prefixes have the key.")
            .Text("as", Partner);
    }

    private static void MapBusinessKeys(RouteGroupBuilder group, BusinessKeyEndpoints keys)
    {
        MapIdentified(
            (name, route) =>
                Map(
                        group,
                        name,
                        $"POST {route}",
                        keys.AddAsync,
                        "Add a business key to an item",
                        "Answers 201 where it is added, and 200 where the item has it already.",
                        Role.Registrar
                    )
                    .Takes<BusinessKeyBody>(BodyLimits.Small)
                    .Produces<ApiDocument.RecordAnswer>(201)
                    .Produces<ApiDocument.RecordAnswer>()
                    .Refuses(409),
            "addBusinessKey",
            "/business-keys"
        );
        MapIdentified(
            (name, route) =>
                Map(
                        group,
                        name,
                        $"DELETE {route}",
                        keys.RemoveAsync,
                        "Take a business key from an item",
                        "Another item may have it then.",
                        Role.Registrar
                    )
                    .Text("source", "The system that knows the item.")
                    .Text("sourceKey", "The item's key in that system.")
                    .Produces(204)
                    .Refuses(413),
            "removeBusinessKey",
            "/business-keys"
        );
    }

    private static void MapSources(RouteGroupBuilder group, BusinessKeyEndpoints keys)
    {
        Map(
                group,
                "sources",
                "GET /sources",
                keys.SourcesAsync,
                "Sources of business keys",
                "The systems that know items by keys of their own, sorted by code.",
                Role.Reader
            )
            .Produces<Listing<SourceBody>>();
        Map(
                group,
                "saveSource",
                "POST /sources",
                keys.SaveSourceAsync,
                "Make a source of business keys",
                "Before its first key, where its keys are case-sensitive or of the whole node. Later only names "
                    + "change.",
                Role.Admin
            )
            .Takes<SourceBody>(BodyLimits.Small)
            .Produces<SourceBody>(201)
            .Produces<SourceBody>()
            .Refuses(409);
    }

    private static void MapQueries(RouteGroupBuilder group, QueryEndpoints queries, ScanEndpoint scan)
    {
        MapIdentified(
            (name, route) =>
                Map(
                        group,
                        name,
                        $"GET {route}",
                        queries.HistoryAsync,
                        "Versions of a record",
                        "Newest first, of revoked records too.",
                        Role.Reader,
                        partners: true
                    )
                    .Number("before", "Only versions before this one: the next of the page before; 0 for all.")
                    .Number("limit", "Versions in one answer.", absent: 100, least: 1, greatest: RecordQueries.MaxPage)
                    .Produces<Listing<ApiDocument.VersionAnswer>>(),
            "history",
            "/history"
        );
        Map(
                group,
                "scan",
                "POST /scan",
                scan.AnswerAsync,
                "Resolve what a scanner read",
                "Takes a URL, an identifier, a GS1 element string or a Digital Link. It is parsed, never fetched. With "
                    + "an intent, the answer is whether the item may be used so (role reader), and why not."
            )
            .WithMetadata(ReadingCall.Instance)
            .Takes<ApiDocument.ScanBody>(BodyLimits.Scan)
            .Produces<ApiDocument.ScanAnswer>()
            .Produces(303)
            .Refuses(403, 404, 410);
        MapSearch(group, queries);
    }

    private static void MapSearch(RouteGroupBuilder group, QueryEndpoints queries) =>
        Map(
                group,
                "search",
                "GET /search",
                queries.SearchAsync,
                "Search active records",
                "All conditions must hold. Oldest first. A partner finds what it sees.",
                Role.Reader,
                partners: true
            )
            .Text("template", "The template's code.")
            .Text("source", "The system that registered the records.")
            .Text("sourceKey", "The key that the source knows a record by; needs source.")
            .Time("createdFrom", TextParameter.Time, "Created at this time or later.")
            .Time("createdBefore", TextParameter.Time, "Created before this time.")
            .Pattern(
                "attr.",
                "One searchable attribute of the template: attr.CODE=, or attr.CODE.from= and attr.CODE.to= (both "
                    + "included), or attr.CODE.prefix=."
            )
            .Number("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Records in one answer.", absent: 50, least: 1, greatest: RecordQueries.MaxPage)
            .Produces<Listing<ApiDocument.RecordAnswer>>();

    private static void MapChanges(RouteGroupBuilder group, QueryEndpoints queries) =>
        Map(
                group,
                "changes",
                "GET /changes",
                queries.ChangesAsync,
                "Follow the change log",
                "In the order of the log, without gaps.",
                Role.Partner
            )
            .Text("after", "Goes on after this cursor: the next of the answer before. Absent: from the beginning.")
            .Number("wait", "Seconds to wait for a change where there is none yet.", greatest: 60)
            .Number("limit", "Changes in one answer.", absent: 500, least: 1, greatest: RecordQueries.MaxPage)
            .Produces<ApiDocument.ChangesAnswer>()
            .Refuses(409);

    private static void MapPages(WebApplication app, IServiceProvider services)
    {
        var enterprises = services.GetRequiredService<EnterpriseEndpoints>();
        app.MapMethods("/enterprises", EnterpriseEndpoints.Methods, enterprises.PageAsync).ExcludeFromDescription();
        app.MapMethods("/trace", PageEndpoints.Methods, services.GetRequiredService<TracePageEndpoint>().AnswerAsync)
            .ExcludeFromDescription();
        var pages = services.GetRequiredService<PageEndpoints>();
        app.MapMethods("/", ReadMethods, pages.HomeAsync).ExcludeFromDescription();
        var field = services.GetRequiredService<FieldEndpoint>();
        app.MapMethods("/r", PageEndpoints.Methods, field.AnswerAsync).ExcludeFromDescription();
        app.MapMethods("/scanners", ReadMethods, field.ScannersAsync).ExcludeFromDescription();
    }

    private static void MapLabels(RouteGroupBuilder group, LabelEndpoints labels)
    {
        MapIdentified(
            (name, route) =>
                Map(group, name, $"GET {route}", labels.QrAsync, "QR code of an identifier", "A picture, SVG or PNG.")
                    .Text("content", "What the code says; url where absent.", "url", "identifier")
                    .Number("size", "Pixels.", absent: 256, QrOptions.MinSize, QrOptions.MaxSize)
                    .Text("ecc", "The level of error correction; M where absent.", "L", "M", "Q", "H")
                    .Number("quietZone", "The white border, in modules.", absent: 4, 0, QrOptions.MaxQuietZone)
                    .Text("held", "What becomes of the label of a held item; mark where absent.", "mark", "refuse")
                    .Says(LabelEndpoints.HeldHeader, HeldLabel)
                    .Produces<Stream>(200, "image/svg+xml", "image/png")
                    .Refuses(409, 413),
            "qr",
            "/qr",
            ["svg", "png"]
        );
        MapSheets(group, labels);
        MapNamed(
                (name, route) =>
                    Map(
                            group,
                            name,
                            $"GET {route}",
                            labels.LabelAsync,
                            "Label for ZPL printers",
                            "The commands of ZPL II, to be sent to the printer as they are."
                        )
                        .Text("dpi", "The resolution of the print head, in dots per inch.", "203", "300", "600")
                        .Number(
                            "width",
                            "Millimetres.",
                            absent: 50,
                            ZplOptions.MinMillimetres,
                            ZplOptions.MaxMillimetres
                        )
                        .Number(
                            "height",
                            "Millimetres.",
                            absent: 30,
                            ZplOptions.MinMillimetres,
                            ZplOptions.MaxMillimetres
                        )
                        .Text("barcode", "A second symbol.", "none", "code128", "datamatrix")
                        .Text("rfid", "True where the RFID tag in the label is encoded.", "true", "false")
                        .Number(
                            "copies",
                            "Labels printed; all with the same identifier.",
                            absent: 1,
                            1,
                            ZplOptions.MaxCopies
                        )
                        .Text("held", "What becomes of the label of a held item; mark where absent.", "mark", "refuse")
                        .Says(LabelEndpoints.HeldHeader, HeldLabel)
                        .Produces<Stream>(200, "application/zpl")
                        .Refuses(409),
                "label",
                "/labels",
                "The identifier; or order, or source and sourceKey, in its place."
            )
            .Text("format", "The form of the answer.", "zpl")
            .OfOrder();
    }

    /// <summary>Names the order whose items are meant.</summary>
    private static RouteHandlerBuilder OfOrder(this RouteHandlerBuilder call) =>
        call.Text("order", "The identifier of an order: the labels of all its items, in one stream (role reader).")
            .Key("The system that knows the order, in place of order.")
            .Refuses(403, 413);

    private static void MapSheets(RouteGroupBuilder group, LabelEndpoints labels)
    {
        Map(
                group,
                "labelSheet",
                "GET /labels/sheet",
                labels.SheetAsync,
                "Sheet of labels",
                "A page to print: labels by id, or of the records of a template. Identifiers without label are named "
                    + "beside the sheet; Link, rel=next, is the next one."
            )
            .Texts("id", "The identifiers of the labels.")
            .Text("template", "The code of a template: its records in the order of registration.")
            .OfOrder()
            .Number("after", "With template: goes on where the sheet before ended.")
            .Number("limit", "With template: labels on the sheet.", LabelMaker.MaxSheet, 1, LabelMaker.MaxSheet)
            .Number("columns", "Labels side by side.", absent: 3, 1, SheetOptions.MaxColumns)
            .Number(
                "qr",
                "The side of the QR code, in millimetres.",
                absent: 25,
                SheetOptions.MinQr,
                SheetOptions.MaxQr
            )
            .Text("held", "What becomes of the label of a held item; mark where absent.", "mark", "refuse")
            .Says(LabelEndpoints.HeldHeader, HeldLabel)
            .Says("Link", "The next sheet of a template, rel=next.")
            .Produces<Stream>(200, "text/html")
            .Refuses(404, 409, 410);
        Map(
                group,
                "printSheet",
                "POST /labels/sheet",
                labels.PostSheetAsync,
                "Sheet of labels, of identifiers in the body",
                "A page to print."
            )
            .WithMetadata(ReadingCall.Instance)
            .Takes<SheetBody>(BodyLimits.Sheet)
            .Says(LabelEndpoints.HeldHeader, HeldLabel)
            .Produces<Stream>(200, "text/html")
            .Refuses(404, 409, 410);
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
                "listTemplates",
                "GET /templates",
                templates.ListAsync,
                "List templates",
                "The newest version of each, whole. Partners are not shown private attributes.",
                Role.Partner
            )
            .Produces<Listing<Template>>();
        Map(
                group,
                "getTemplate",
                "GET /templates/{code}",
                templates.GetAsync,
                "Read a template",
                "The newest version, or an older one.",
                Role.Partner
            )
            .Number("version", "An older version; 0 for the newest.", greatest: int.MaxValue)
            .Produces<Template>();
    }

    private static void MapEditingTemplates(RouteGroupBuilder group, TemplateEndpoints templates)
    {
        Map(
                group,
                "saveTemplate",
                "POST /templates",
                templates.SaveAsync,
                "Save a draft of a template",
                "Answers 201 for a new draft, and 200 for one that was changed or is the same as before.",
                Role.Admin
            )
            .Takes<Template>(BodyLimits.Template)
            .Produces<Template>(201)
            .Produces<Template>()
            .Refuses(409);
        Map(
                group,
                "publishTemplate",
                "POST /templates/{code}/publish",
                templates.PublishAsync,
                "Publish a template",
                "Publishes the newest version, which cannot be changed from then on.",
                Role.Admin
            )
            .Produces<Template>()
            .Refuses(409, 422);
        Map(
                group,
                "withdrawTemplate",
                "POST /templates/{code}/withdraw",
                templates.WithdrawAsync,
                "Withdraw a template",
                "Takes no registrations until it is published again; records stay.",
                Role.Admin
            )
            .Produces<Template>()
            .Refuses(409, 422);
        Map(
                group,
                "copyTemplate",
                "POST /templates/{code}/copy",
                templates.CopyAsync,
                "Copy a template",
                "Makes a draft under another code.",
                Role.Admin
            )
            .Takes<CopyBody>(BodyLimits.Template)
            .Produces<Template>(201)
            .Refuses(409);
    }

    private static void MapPacks(RouteGroupBuilder group, TemplateEndpoints templates, BodyLimits limits)
    {
        Map(
                group,
                "importTemplates",
                "POST /templates:import",
                templates.ImportAsync,
                "Import a pack of templates",
                "All or nothing; the templates are published.",
                Role.Admin
            )
            .Takes<TemplatePack>(limits.Batch)
            .Produces<ImportAnswer>()
            .Refuses(409);
        Map(
                group,
                "exportTemplates",
                "GET /templates:export",
                templates.ExportAsync,
                "Export templates as a pack",
                "With the categories and coding rules that they use.",
                Role.Reader
            )
            .Texts("template", "The codes of the templates; all where there is none.")
            .Produces<TemplatePack>()
            .Refuses(404);
    }

    private static void MapCategories(RouteGroupBuilder group, TemplateEndpoints templates)
    {
        Map(
                group,
                "listCategories",
                "GET /categories",
                templates.CategoriesAsync,
                "List categories",
                "The groups that templates belong to.",
                Role.Partner
            )
            .Produces<Listing<Category>>();
        Map(
                group,
                "saveCategory",
                "POST /categories",
                templates.SaveCategoryAsync,
                "Save a category",
                "Answers 201 for a new one, and 200 for one that was there.",
                Role.Admin
            )
            .Takes<Category>(BodyLimits.Template)
            .Produces<Category>(201)
            .Produces<Category>();
    }

    private static void MapCodingRules(RouteGroupBuilder group, CodingRuleEndpoints rules)
    {
        Map(
                group,
                "listCodingRules",
                "GET /coding-rules",
                rules.ListAsync,
                "List coding rules",
                "The patterns by which identifiers are given.",
                Role.Reader
            )
            .Produces<Listing<CodingRule>>();
        Map(
                group,
                "saveCodingRule",
                "POST /coding-rules",
                rules.SaveAsync,
                "Save a coding rule",
                "The pattern is checked. Answers 201 for a new one, and 200 for one that was there.",
                Role.Admin
            )
            .Takes<CodingRule>(BodyLimits.Small)
            .Produces<CodingRule>(201)
            .Produces<CodingRule>()
            .Refuses(409);
        Map(
                group,
                "tryPattern",
                "POST /coding-rules:try",
                rules.TryAsync,
                "Try a pattern",
                "The identifier that it would give. No number is used up.",
                Role.Reader
            )
            .Takes<TryRuleBody>(BodyLimits.Small)
            .Produces<TryRuleAnswer>()
            .Refuses(409);
        Map(
                group,
                "tryCodingRule",
                "POST /coding-rules/{code}/try",
                rules.TrySavedAsync,
                "Try a coding rule",
                "The identifier that it would give. No number is used up.",
                Role.Reader
            )
            .Takes<TryRuleBody>(BodyLimits.Small)
            .Produces<TryRuleAnswer>()
            .Refuses(409);
    }

    private static void MapAdministration(RouteGroupBuilder group, AdministrationEndpoints administration)
    {
        MapKeys(group, administration);
        MapAudit(group, administration);
        MapStatistics(group, administration);
    }

    private static void MapKeys(RouteGroupBuilder group, AdministrationEndpoints administration)
    {
        Map(
                group,
                "listKeys",
                "GET /keys",
                administration.KeysAsync,
                "List API keys",
                "What they are, never the keys themselves.",
                Role.Admin
            )
            .Produces<Listing<KeyAnswer>>();
        Map(
                group,
                "createKey",
                "POST /keys",
                administration.CreateKeyAsync,
                "Make an API key",
                "This answer alone holds the key.",
                Role.Admin
            )
            .Takes<KeyBody>(BodyLimits.Small)
            .Produces<KeyAnswer>(201)
            .Refuses(409);
        Map(
                group,
                "revokeKey",
                "DELETE /keys/{id}",
                administration.RevokeKeyAsync,
                "Revoke an API key",
                "For good. Every node on the database refuses it within a second.",
                Role.Admin
            )
            .Produces(204);
    }

    private static void MapAudit(RouteGroupBuilder group, AdministrationEndpoints administration) =>
        Map(
                group,
                "audit",
                "GET /audit",
                administration.AuditAsync,
                "Audit log",
                "Acts and denials, newest first. Role auditor, and admin where Access:AuditorsOnly is off. A partner "
                    + "is shown the lines of its own keys.",
                Role.Auditor,
                partners: true
            )
            .Time("from", TextParameter.Time, "Only lines of this time or later.")
            .Time("to", TextParameter.Time, "Only lines before this time.")
            .Text("caller", "Only lines of this caller.")
            .Text("partner", "Only lines of the keys of this partner, by its code.")
            .Text("action", "Only lines of this action.")
            .Text("target", "Only lines about this target.")
            .Text("outcome", "Only lines with this outcome.")
            .Text("source", "Only lines from this network, as lines show it.")
            .Number("before", "Only lines before this one: the next of the page before; 0 for all.")
            .Number("limit", "Lines in one answer.", absent: 100, least: 1, greatest: 1_000)
            .Produces<Listing<AuditAnswer>>();

    private static void MapStatistics(RouteGroupBuilder group, AdministrationEndpoints administration) =>
        Map(
                group,
                "statistics",
                "GET /statistics",
                administration.StatisticsAsync,
                "Statistics",
                "Counts by day of the plant, template, source and operation; those that nodes below this one "
                    + "reported are reported-register and reported-resolve.",
                Role.Reader
            )
            .Time("from", TextParameter.Day, "The first day; 30 days before the last where it is not given.")
            .Time("to", TextParameter.Day, "The last day; today where it is not given.")
            .Text("template", "The template's code.")
            .Text("prefix", "Only what is of this prefix, and of those below it.")
            .Produces<Listing<StatisticAnswer>>();

    private static void MapEnterprises(RouteGroupBuilder group, EnterpriseEndpoints enterprises)
    {
        Map(
                group,
                "enterprises",
                "GET /enterprises",
                enterprises.ListAsync,
                "List enterprises",
                "Prefixes with keys that are bound to them, what arrived, and where resolvers are sent on to.",
                Role.Admin
            )
            .Text("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Enterprises in one answer.", absent: 100, least: 1, greatest: 1_000)
            .Produces<EnterprisesAnswer>();
        Map(
                group,
                "setEnterpriseRoute",
                "PUT /enterprises/{prefix}/route",
                enterprises.SetRouteAsync,
                "Say where an enterprise's node is",
                "Resolvers of its prefix are sent on to it. An empty object sends nobody on.",
                Role.Admin
            )
            .Takes<RouteBody>(BodyLimits.Small)
            .Produces<RouteBody>();
    }

    private static void MapUpstream(RouteGroupBuilder group, UpstreamEndpoints upstream)
    {
        Map(
                group,
                "upstream",
                "GET /upstream",
                upstream.StatusAsync,
                "How far the secondary node is behind",
                "Where no secondary node is set, configured is false and only what was refused is told.",
                Role.Reader
            )
            .Produces<UpstreamState>();
        Map(
                group,
                "upstreamLetters",
                "GET /upstream/letters",
                upstream.LettersAsync,
                "What the secondary node refused",
                "In the order of the log. Mend a record by changing it: the change goes up, and its letter ends.",
                Role.Reader
            )
            .Number("after", "Goes on where the page before ended: its next.")
            .Number("limit", "Letters in one answer.", absent: 100, least: 1, greatest: 1_000)
            .Produces<Listing<LetterAnswer>>();
        Map(
                group,
                "retryUpstreamLetters",
                "POST /upstream/letters:retry",
                upstream.RetryAsync,
                "Send refused records again",
                "As they are now, within seconds.",
                Role.Admin
            )
            .Takes<LettersBody>(BodyLimits.Small)
            .Produces<LettersAnswer>();
        Map(
                group,
                "dropUpstreamLetters",
                "POST /upstream/letters:drop",
                upstream.DropAsync,
                "Give refused records up",
                "What the secondary node has of them stays as it is until they change.",
                Role.Admin
            )
            .Takes<LettersBody>(BodyLimits.Small)
            .Produces<LettersAnswer>();
    }

    /// <summary>Maps a call of one identifier twice: last in the path, and in the query, which takes any.</summary>
    /// <param name="map">Maps the call by the operation's name and a route.</param>
    /// <param name="name">The name of the operation.</param>
    /// <param name="route">The route before the identifier.</param>
    /// <param name="formats">The forms of the answer, which a path names as the ending of its identifier.</param>
    /// <summary>Maps a call about an identifier, which comes last in the path or as <c>?id=</c>.</summary>
    internal static void MapIdentified(
        Func<string, string, RouteHandlerBuilder> map,
        string name,
        string route,
        params string[] formats
    )
    {
        map(name, route + "/{**id}").Refuses(404, 410);
        var byQuery = map(name + "ByQuery", route)
            .WithMetadata(new TextParameter("id", "The identifier.") { IsRequired = true })
            .Refuses(404, 410);
        if (formats.Length > 0)
        {
            byQuery.Text("format", "The form of the answer; the first where absent.", formats);
        }
    }

    /// <summary>The same for a call whose item may be named otherwise than by its identifier.</summary>
    private static RouteHandlerBuilder MapNamed(
        Func<string, string, RouteHandlerBuilder> map,
        string name,
        string route,
        string id
    )
    {
        map(name, route + "/{**id}").Refuses(404, 410);
        return map(name + "ByQuery", route).Text("id", id).Refuses(404, 410);
    }

    /// <summary>The same for a call whose item may be named by a business key.</summary>
    internal static void MapKeyed(Func<string, string, RouteHandlerBuilder> map, string name, string route) =>
        MapNamed(map, name, route, "The identifier; or in its place source and sourceKey, or find.")
            .Key("The system that knows the item.")
            .Text("find", "TEMPLATE:ATTRIBUTE=VALUE, a searchable attribute that one item alone has so.");

    /// <param name="group">Where the call is mapped.</param>
    /// <param name="name">The operation's name in the OpenAPI document, by which generated clients call it.</param>
    /// <param name="route">Method and pattern.</param>
    /// <param name="handler">Answers the call.</param>
    /// <param name="summary">What it does, for callers.</param>
    /// <param name="description">More of it, for callers.</param>
    /// <param name="needed">The lowest role that may call it.</param>
    /// <param name="partners">True if keys tied to a partner may call it too.</param>
    internal static RouteHandlerBuilder Map(
        RouteGroupBuilder group,
        string name,
        string route,
        Delegate handler,
        string summary,
        string description,
        Role needed = Role.Anonymous,
        bool partners = false
    )
    {
        var (method, pattern) = (route.Split(' ')[0], route.Split(' ')[1]);
        return group
            .MapMethods(pattern, method == "GET" ? ReadMethods : [method], handler)
            .WithName(name)
            .WithSummary(summary)
            .WithDescription(description)
            .WithMetadata(new RoleNeededAttribute(needed) { Partners = partners });
    }

    /// <summary>
    /// Middleware that refuses callers without the role that the routed call needs, and queries that it does not take.
    /// </summary>
    public static Task GateAsync(HttpContext context, RequestDelegate next)
    {
        if (
            (
                RoleNeededAttribute.Refusal(context)
                ?? QueryCheck.Refusal(context)
                ?? (ReadingCall.Changes(context) ? HeldAnswers.Of(context).Refusal(context) : null)
            )
            is not { } refused
        )
        {
            return next(context);
        }
        BodyBound.Discard(context);
        return Problem.WriteAsync(context, refused);
    }
}
