using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Resolution;
using IdResolution.Server.Http;
using IdResolution.Server.Pages;
using IdResolution.Server.Telemetry;

namespace IdResolution.Server.Rest;

/// <summary>
/// <c>/r?text=</c>, what the field for an identifier sends: whatever a person typed or a scanner read. Leads to the
/// page of the identifier, or says what is wrong with the text. Also the sheet of scanner settings.
/// </summary>
internal sealed class FieldEndpoint(Scanner scanner, PageEndpoints page, PageRenderer pages, PublicAddress address)
{
    /// <summary>Answers <c>/r</c>: with <c>id</c> the identifier itself, else what <c>text</c> means.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.ContainsKey("id") || query["text"] is not [{ } text])
        {
            await page.ByQueryAsync(context);
            return;
        }
        var language = PageEndpoints.LanguageOf(context);
        var isPost = HttpMethods.IsPost(context.Request.Method);
        var key = isPost ? await page.KeyAsync(context) : context.Caller();
        var found = key.IsOk ? await scanner.FindAsync(text, key.Value, context.RequestAborted) : key.Error;
        if (found.IsOk && isPost)
        {
            await page.RecordAsync(context, found.Value, key.Value, language);
        }
        else if (found.IsOk)
        {
            SendTo(context, found.Value);
        }
        else
        {
            await RefuseAsync(context, text, found.Error, isKeyWrong: isPost && !key.IsOk, language);
        }
    }

    private async Task RefuseAsync(HttpContext context, string text, Error error, bool isKeyWrong, Language language)
    {
        var isPost = HttpMethods.IsPost(context.Request.Method);
        if (!isPost && !AcceptMedia.PrefersHtml(context.Request.Headers.Accept))
        {
            await Problem.WriteAsync(context, error);
        }
        else if (isKeyWrong || error.Code == ErrorCode.Unauthenticated)
        {
            await page.AskForKeyAsync(context, text, rejected: isPost, language);
        }
        else
        {
            await ErrorAsync(context, text, error, language);
        }
    }

    /// <summary>Leads to the page of an identifier, in the language that was asked for.</summary>
    private void SendTo(HttpContext context, Identifier identifier)
    {
        var url = address.Of(identifier.Text)[address.Url.Length..];
        var lang = context.Request.Query["lang"] is [{ } asked] ? $"lang={Uri.EscapeDataString(asked)}" : "";
        context.Response.Headers.Location =
            lang.Length == 0 ? url : $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{lang}";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
    }

    private async Task ErrorAsync(HttpContext context, string text, Error error, Language language)
    {
        RequestOutcome.Note(context, error.Code.ToString());
        var html = await pages.ErrorAsync(error.Message, language, text);
        await PageAnswer.WriteAsync(context, ErrorMap.HttpStatus(error.Code, writing: false), html);
    }

    /// <summary>Answers <c>/scanners</c>, with the outcome of one of its tests where <c>test</c> names it.</summary>
    public async Task ScannersAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var language = PageEndpoints.LanguageOf(context);
        var isTest = int.TryParse(query["test"], out var number);
        var tests = ScannerSheet.All(isTest ? number : 0, query["text"].FirstOrDefault());
        var sheet = new ScannerPage(tests, PageEndpoints.SwitchUrl(context, language));
        await PageAnswer.WriteAsync(context, StatusCodes.Status200OK, await pages.ScannersAsync(sheet, language));
    }
}
