using System.Text;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Rest;

/// <summary>Answers the labels of all items of an order, in one stream.</summary>
internal sealed class OrderLabelEndpoints(OrderLabels orders, ItemTarget targets, HeldAnswers held)
{
    /// <summary>True if the labels of an order are asked for, by its identifier or its business key.</summary>
    public static bool IsAsked(HttpContext context) =>
        context.Request.Query.ContainsKey("order") || ItemTarget.IsByKey(context);

    /// <summary>Sends the labels as they are taken.</summary>
    /// <param name="context">The request.</param>
    /// <param name="asked">The form, or what is wrong with it.</param>
    public async Task AnswerAsync<T>(HttpContext context, Result<T> asked)
        where T : LabelForm
    {
        var language = AcceptLanguage.Choose(context.Request.Headers.AcceptLanguage);
        if (
            !asked.TryGet(out var form, out var error)
            || (error = Fault(context)) is not null
            || !(await targets.FindAsync(context, "order")).TryGet(out var order, out error)
            || !(
                await orders.BeginAsync(
                    order,
                    form,
                    LabelEndpoints.IsRefused(context),
                    context.Caller(),
                    language,
                    context.RequestAborted
                )
            ).TryGet(out var stream, out error)
            || (error = held.Hold(context, stream.Bytes)) is not null
        )
        {
            await Problem.WriteAsync(context, error);
            return;
        }
        if (form is SheetOptions)
        {
            SecurityHeaders.SetPage(context.Response, ContentSecurityPolicy.LabelSheet);
        }
        context.Response.ContentType = form.MediaType + "; charset=utf-8";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        await foreach (var piece in stream.Pieces)
        {
            // Waits where the peer is slow: a printer takes a label a second.
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(piece), context.RequestAborted);
        }
    }

    private static Error? Fault(HttpContext context)
    {
        foreach (var other in (string[])["id", "template"])
        {
            if (context.Request.Query.ContainsKey(other))
            {
                return Error.Of(
                    ErrorCode.InvalidValue,
                    $"{other} is not given together with an order.",
                    $"{other} 不能与订单同时给出。",
                    other
                );
            }
        }
        return null;
    }
}
