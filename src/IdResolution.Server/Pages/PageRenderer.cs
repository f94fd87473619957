using System.Globalization;
using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Server.Pages;

/// <summary>
/// The pages people see: from a view model to a whole HTML document in UTF-8. Without scripts and without anything
/// fetched, so that they open on any phone and pass the strictest <see cref="ContentSecurityPolicy"/>.
/// </summary>
internal static class PageRenderer
{
    /// <summary>The value of the <c>Content-Security-Policy</c> header to send with every page.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src {PageStyle.Hash}; img-src data:; form-action 'self'; base-uri 'none'; "
        + $"frame-ancestors 'none'";

    private static readonly Markup Style = new(PageStyle.Css);
    private static readonly Markup Kept = new("noindex, nofollow");
    private static readonly Markup Listed = new("index, follow");

    /// <summary>The page of a registered item.</summary>
    public static byte[] Record(RecordPage page, Language language)
    {
        var html = Open(page.Identifier, language, page.LanguageSwitchUrl);
        if (page.Stale)
        {
            html.Add($"<p class=\"card note warn\" role=\"status\">{PageTexts.Stale.In(language)}</p>\n");
        }
        if (page.ForeignReadAt is not null)
        {
            html.Add($"<p class=\"card note\">{PageTexts.Foreign.In(language)}</p>\n");
        }
        html.Add(
            $"<div class=\"card lead\">\n<div class=\"lead-text\">\n<p "
                + $"class=\"kind\">{page.TemplateName ?? PageTexts.Identifier.In(language)}</p>\n<h1 "
                + $"class=\"id\">{page.Identifier}</h1>\n"
        );
        AddStatus(html, page, language);
        html.Add($"</div>\n");
        if (page.QrSvg is { Length: > 0 } svg)
        {
            // As an image of its own the SVG can neither run scripts nor fetch anything. Base64 needs no encoding.
            var base64 = new Markup(Convert.ToBase64String(Encoding.UTF8.GetBytes(svg)));
            html.Add(
                $"<div class=\"qr\"><img src=\"data:image/svg+xml;base64,{base64}\" "
                    + $"alt=\"{PageTexts.QrCode.In(language)}\" width=\"136\" height=\"136\" /></div>\n"
            );
        }
        html.Add($"</div>\n");
        AddValues(html, page.Rows, language);
        AddFacts(html, page, language);
        html.Add($"<p class=\"more\">");
        if (PageLinks.IsAllowed(page.JsonUrl))
        {
            html.Add($"<a href=\"{page.JsonUrl}\" type=\"application/json\">{PageTexts.Json.In(language)}</a> ");
        }
        AddAnother(html, language);
        html.Add($"</p>\n");
        return Close(html);
    }

    /// <summary>The page in place of a revoked item, sent with 410.</summary>
    public static byte[] Tombstone(string identifier, Language language) =>
        AboutIdentifier(PageTexts.RevokedTitle.In(language), identifier, PageTexts.RevokedNote.In(language), language);

    /// <summary>The page for an identifier without record, sent with 404.</summary>
    public static byte[] NotFound(string identifier, Language language) =>
        AboutIdentifier(
            PageTexts.NotFoundTitle.In(language),
            identifier,
            PageTexts.NotFoundNote.In(language),
            language
        );

    /// <summary>A form that posts a key as <c>key</c>, where anonymous reading is switched off.</summary>
    /// <param name="actionUrl">Where the form is posted to, on this origin.</param>
    /// <param name="identifier">What the caller wants to see.</param>
    /// <param name="rejected">True where a key came and was not accepted.</param>
    /// <param name="language">The page's language.</param>
    public static byte[] AskForKey(string actionUrl, string identifier, bool rejected, Language language)
    {
        var title = PageTexts.KeyTitle.In(language);
        var html = Open(title, language);
        html.Add(
            $"<div class=\"card\">\n<h1>{title}</h1>\n<p "
                + $"class=\"id\">{identifier}</p>\n<p>{PageTexts.KeyNote.In(language)}</p>\n"
        );
        if (rejected)
        {
            html.Add(
                $"<p class=\"note bad\" id=\"rejected\" role=\"alert\">{PageTexts.KeyRejected.In(language)}</p>\n"
            );
        }
        // Without an action the form goes to the page's own address, which is harmless.
        html.Add($"<form method=\"post\"");
        if (PageLinks.IsAllowed(actionUrl))
        {
            html.Add($" action=\"{actionUrl}\"");
        }
        html.Add(
            $">\n<label for=\"key\">{PageTexts.Key.In(language)}</label>\n<div class=\"ask\"><input "
                + $"type=\"password\" id=\"key\" name=\"key\" required=\"\" autocomplete=\"off\" "
                + $"autocapitalize=\"none\" spellcheck=\"false\""
        );
        if (rejected)
        {
            html.Add($" aria-invalid=\"true\" aria-describedby=\"rejected\"");
        }
        html.Add($" /> <button type=\"submit\">{PageTexts.Show.In(language)}</button></div>\n</form>\n</div>\n");
        return Close(html);
    }

    /// <summary>The page for any other refusal.</summary>
    public static byte[] Error(Text message, Language language)
    {
        var title = PageTexts.ErrorTitle.In(language);
        var html = Open(title, language);
        html.Add($"<div class=\"card\">\n<h1>{title}</h1>\n<p>{message.In(language)}</p>\n</div>\n<p class=\"more\">");
        AddAnother(html, language);
        html.Add($"</p>\n");
        return Close(html);
    }

    /// <summary>The node's first page.</summary>
    public static byte[] Home(HomePage home, Language language)
    {
        var html = Open(home.NodeName, language, home.LanguageSwitchUrl, Listed);
        html.Add(
            $"""
            <div class="card">
            <h1>{home.NodeName}</h1>
            <p>{PageTexts.HomeNote.In(language)}</p>
            </div>
            <section class="card" aria-labelledby="resolve">
            <h2 id="resolve">{PageTexts.ResolveTitle.In(language)}</h2>
            <form method="get" action="/r" role="search">
            <label for="id">{PageTexts.Identifier.In(language)}</label>
            <p class="hint" id="hint">{PageTexts.ResolveHint.In(language)}</p>
            <div class="ask"><input type="text" id="id" name="id" required="" maxlength="2000" autocomplete="off"
              autocapitalize="none" spellcheck="false" aria-describedby="hint"
              placeholder="{Example(
                home
            )}" /> <button type="submit">{PageTexts.Resolve.In(language)}</button></div>
            </form>
            </section>
            <section class="card" aria-labelledby="prefixes">
            <h2 id="prefixes">{PageTexts.Prefixes.In(language)}</h2>

            """
        );
        AddPrefixes(html, home.Prefixes, language);
        html.Add(
            $"""
            </section>
            <section class="card" aria-labelledby="systems">
            <h2 id="systems">{PageTexts.ForSystems.In(language)}</h2>
            <ul class="links">
            <li><a href="/docs">{PageTexts.Docs.In(language)}</a></li>
            <li><a href="/openapi/v1.json" type="application/json">{PageTexts.OpenApi.In(language)}</a></li>
            </ul>
            </section>

            """
        );
        return Close(html);
    }

    private static byte[] AboutIdentifier(string title, string identifier, string note, Language language)
    {
        var html = Open(title, language);
        html.Add(
            $"<div class=\"card\">\n<h1>{title}</h1>\n<p class=\"id\">{identifier}</p>\n<p>{note}</p>\n</div>\n<p "
                + $"class=\"more\">"
        );
        AddAnother(html, language);
        html.Add($"</p>\n");
        return Close(html);
    }

    private static HtmlWriter Open(string title, Language language, string? switchUrl = null, Markup? robots = null)
    {
        var html = new HtmlWriter().Add(
            $"""
            <!DOCTYPE html>
            <html lang="{LanguageTag(language)}">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <meta name="referrer" content="no-referrer" />
            <meta name="robots" content="{robots ?? Kept}" />
            <meta name="format-detection" content="telephone=no" />
            <link rel="icon" href="data:," />
            <title>{title} - {PageTexts.Site.In(language)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <header class="top"><div class="wrap">
            <a class="brand" href="/">{PageTexts.Site.In(language)} <small>{PageTexts.SiteNote.In(language)}</small></a>

            """
        );
        if (PageLinks.IsAllowed(switchUrl))
        {
            var (tag, name) = language == Language.Chinese ? ("en", "English") : ("zh-CN", "中文");
            html.Add(
                $"<nav aria-label=\"{PageTexts.Language.In(language)}\"><a class=\"switch\" href=\"{switchUrl}\" "
                    + $"rel=\"nofollow\" hreflang=\"{tag}\" lang=\"{tag}\">{name}</a></nav>\n"
            );
        }
        return html.Add($"</div></header>\n<main><div class=\"wrap\">\n");
    }

    private static byte[] Close(HtmlWriter html) => html.Add($"</div></main>\n</body>\n</html>\n").ToArray();

    private static void AddStatus(HtmlWriter html, RecordPage page, Language language)
    {
        var (look, status) = page.Status switch
        {
            "active" => (new Markup("tag active"), PageTexts.Active.In(language)),
            "revoked" => (new Markup("tag revoked"), PageTexts.Revoked.In(language)),
            _ => (new Markup("tag"), page.Status),
        };
        html.Add($"<p><span class=\"{look}\">{status}</span></p>\n");
    }

    private static void AddValues(HtmlWriter html, IReadOnlyList<PageRow> rows, Language language)
    {
        html.Add(
            $"<section class=\"card\" aria-labelledby=\"values\">\n<h2 "
                + $"id=\"values\">{PageTexts.Values.In(language)}</h2>\n"
        );
        if (rows.Count == 0)
        {
            html.Add($"<p class=\"hint\">{PageTexts.NoValues.In(language)}</p>\n</section>\n");
            return;
        }
        html.Add($"<dl>\n");
        foreach (var row in rows)
        {
            AddRow(html, row);
        }
        html.Add($"</dl>\n</section>\n");
    }

    private static void AddRow(HtmlWriter html, PageRow row)
    {
        // bdi: text that runs from right to left, or says it does, cannot reorder what stands around it.
        html.Add($"<div><dt><bdi>{row.Name}</bdi></dt><dd>");
        var href =
            PageLinks.IsAllowed(row.Href) ? row.Href
            : PageLinks.IsWeb(row.Value) ? row.Value
            : null;
        if (href is null)
        {
            html.Add($"<bdi>{row.Value}</bdi>");
        }
        else
        {
            html.Add($"<a href=\"{href}\" rel=\"noopener nofollow\"><bdi>{row.Value}</bdi></a>");
        }
        if (!string.IsNullOrEmpty(row.Unit))
        {
            html.Add($" <bdi class=\"unit\">{row.Unit}</bdi>");
        }
        html.Add($"</dd></div>\n");
    }

    private static void AddFacts(HtmlWriter html, RecordPage page, Language language)
    {
        html.Add(
            $"<section class=\"card\" aria-labelledby=\"facts\">\n<h2 "
                + $"id=\"facts\">{PageTexts.Facts.In(language)}</h2>\n<dl>\n"
        );
        AddFact(html, PageTexts.Template.In(language), page.TemplateName);
        AddFact(html, PageTexts.Category.In(language), page.CategoryName);
        if (page.Version is { } version)
        {
            html.Add($"<div><dt>{PageTexts.Version.In(language)}</dt><dd>{version}</dd></div>\n");
        }
        AddTime(html, PageTexts.Created.In(language), page.CreatedAt);
        AddTime(html, PageTexts.Updated.In(language), page.UpdatedAt);
        AddTime(html, PageTexts.ForeignReadAt.In(language), page.ForeignReadAt);
        html.Add($"</dl>\n</section>\n");
    }

    private static void AddFact(HtmlWriter html, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            html.Add($"<div><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>\n");
        }
    }

    private static void AddTime(HtmlWriter html, string name, DateTimeOffset? time)
    {
        if (time is not { } at)
        {
            return;
        }
        var machine = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var human = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        html.Add($"<div><dt>{name}</dt><dd><time datetime=\"{machine}\">{human}</time></dd></div>\n");
    }

    private static void AddPrefixes(HtmlWriter html, IReadOnlyList<string> prefixes, Language language)
    {
        if (prefixes.Count == 0)
        {
            html.Add($"<p class=\"hint\">{PageTexts.NoPrefixes.In(language)}</p>\n");
            return;
        }
        html.Add($"<ul class=\"plates\">\n");
        foreach (var prefix in prefixes)
        {
            html.Add($"<li class=\"id\">{prefix}</li>\n");
        }
        html.Add($"</ul>\n");
    }

    private static void AddAnother(HtmlWriter html, Language language) =>
        html.Add($"<a href=\"/\">{PageTexts.Another.In(language)}</a>");

    private static string Example(HomePage home) =>
        $"{(home.Prefixes.Count > 0 ? home.Prefixes[0] : "88.300.1")}/ABC-0001";

    private static string LanguageTag(Language language) => language == Language.Chinese ? "zh-CN" : "en";
}
