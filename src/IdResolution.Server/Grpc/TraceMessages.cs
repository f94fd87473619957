using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;

namespace IdResolution.Server.Grpc;

/// <summary>Turns the parts of a trace into messages, for one trace.</summary>
/// <param name="ids">Gives the ids of events.</param>
/// <param name="language">The language of findings.</param>
internal sealed class TraceMessages(EventIds ids, Language language)
{
    private (long Number, string Id) _last = (0, "");

    public static V1.TraceResponse Start(TraceItem root, TraceQuery query, long number)
    {
        var start = new V1.TraceStart { Root = root.Spelling, Direction = (V1.TraceDirection)(query.Direction + 1) };
        if (number > 0)
        {
            start.Number = number;
        }
        return new V1.TraceResponse { Start = start };
    }

    public static V1.TraceResponse End(TraceEnd end)
    {
        var message = new V1.TraceEnd { Complete = end.IsComplete, Found = end.Nodes };
        if (end.Cursor is { } cursor)
        {
            message.Frontier.AddRange(end.Frontier.Select(static item => item.Spelling));
            message.FrontierCount = end.FrontierCount;
            message.Cursor = cursor;
        }
        return new V1.TraceResponse { End = message };
    }

    public static V1.TraceResponse Node(
        in TraceNode node,
        TraceAmount? amount = null,
        IReadOnlyList<LotBalance>? balances = null
    )
    {
        var message = new V1.TraceNode { Identifier = node.Item.Spelling, Generation = node.Generation };
        if (node.Item.Template is { } template)
        {
            message.Template = template;
        }
        if (node.Via is { } via)
        {
            message.Via = via.Spelling;
        }
        if (node.Item.Number < 0)
        {
            message.Hidden = true;
        }
        else if (node.Item.Key.IsText)
        {
            message.Text = true;
        }
        else if (!node.Item.IsRegistered)
        {
            message.Registered = false;
        }
        if (node.Item.IsRevoked)
        {
            message.Revoked = true;
        }
        if (amount is { } known)
        {
            message.Quantity = EventMessages.Number(known.Quantity);
            EventMessages.Set(known.Unit, unit => message.Unit = unit);
        }
        foreach (var balance in balances ?? [])
        {
            message.Balance.Add(EventMessages.ToMessage(balance));
        }
        return new V1.TraceResponse { Node = message };
    }

    public V1.TraceLink Link(in TraceLink link)
    {
        var message = new V1.TraceLink
        {
            From = link.From.Spelling,
            Type = EventMessages.Type(link.Link.Kind),
            To = link.To.Spelling,
            Time = EventMessages.Time(link.Link.Time),
        };
        if (link.Link.Event != 0)
        {
            message.Event = link.EventId?.ToString() ?? IdOf(link.Link.Event);
        }
        if (link.Quantity is { } quantity)
        {
            message.Quantity = quantity;
        }
        if (link.Unit is { } unit)
        {
            message.Unit = unit;
        }
        if (link.Link.Position is { } position)
        {
            message.Position = position;
        }
        return message;
    }

    public V1.TraceResponse Finding(TraceFinding finding)
    {
        var message = new V1.TraceFinding
        {
            Code = finding.Code,
            Message = finding.Message.In(language),
            Count = finding.Count,
        };
        message.Identifiers.AddRange(finding.Items.Select(static item => item.Spelling));
        if (finding.Event != 0)
        {
            message.Event = IdOf(finding.Event);
        }
        return new V1.TraceResponse { Finding = message };
    }

    public V1.TraceResponse Path(IReadOnlyList<TraceLink> path)
    {
        var message = new V1.TracePath();
        foreach (var link in path)
        {
            message.Links.Add(Link(link));
        }
        return new V1.TraceResponse { Path = message };
    }

    /// <summary>The id of an event. Links of one event come together.</summary>
    private string IdOf(long number)
    {
        if (_last.Number != number)
        {
            _last = (number, ids.Of(number).ToString());
        }
        return _last.Id;
    }
}
