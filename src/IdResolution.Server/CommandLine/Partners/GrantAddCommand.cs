using System.CommandLine;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Server.CommandLine.Events;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Rest;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>grant add</c>: shows a partner, or a group of partners, something.</summary>
internal sealed class GrantAddCommand
{
    private readonly Option<string> _partner = new("--partner")
    {
        Description = "The partner that has it.",
        HelpName = "CODE",
    };

    private readonly Option<string> _group = new("--group")
    {
        Description = "The group, whose partners all have it, in place of --partner.",
        HelpName = "GROUP",
    };

    private readonly Option<string[]> _templates = new("--template")
    {
        Description = "A template whose items are covered; may be repeated. Default: all.",
        HelpName = "CODE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _where = new("--where")
    {
        Description =
            "What an attribute of the items must say; may be repeated: values of one attribute are alternatives.",
        HelpName = "ATTR=VALUE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _attributes = new("--attribute")
    {
        Description = "An attribute that is shown whatever its visibility; may be repeated.",
        HelpName = "CODE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<Visibility> _visibility = new("--visibility")
    {
        Description = "The most hidden visibility of attributes that are shown: public, partner or private.",
        HelpName = "VISIBILITY",
        DefaultValueFactory = static _ => Visibility.Public,
    };

    private readonly Option<string[]> _events = new("--event")
    {
        Description = "A type of events that are shown, such as ship; may be repeated.",
        HelpName = "TYPE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _links = new("--link")
    {
        Description = "A kind of links that are shown and followed, such as contains; may be repeated.",
        HelpName = "KIND",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _measurements = new("--measurements")
    {
        Description = "Show measurements, parameters and defects of those events.",
    };

    private readonly Option<HiddenForm> _hidden = new("--hidden")
    {
        Description = "How items that are not shown stand in traces: omit, or anonymous for steps without name.",
        HelpName = "FORM",
    };

    private readonly Option<string> _purpose = new("--purpose")
    {
        Description = "Why, for people and auditors.",
        HelpName = "TEXT",
        Required = true,
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "The time from which it holds. Default: at once.",
        HelpName = "TIME",
    };

    private readonly Option<string> _until = new("--until")
    {
        Description = "The time from which it holds no more. Default: none.",
        HelpName = "TIME",
    };

    public static Command Create() => new GrantAddCommand().Build();

    private Command Build() =>
        new Command(
            "add",
            """
            Makes a grant and prints it as JSON. It shows covered items, those of the templates with what --where says,
            with their public attributes and what is named besides.

            Example:
              idnode grant add --data ./data --partner haidong --template stack --where model=EL-2010
                --visibility partner --event ship --link contains --purpose Warranty
                --until 2027-12-31T16:00:00Z
            """
        )
        {
            Settings.Data,
            _partner,
            _group,
            _templates,
            _where,
            _attributes,
            _visibility,
            _events,
            _links,
            _measurements,
            _hidden,
            _purpose,
            _from,
            _until,
        }.Doing(RunAsync);

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!Read(parsed).TryGet(out var wanted, out var error))
        {
            return terminal.Refuse(error);
        }
        using var node = await Settings.OpenNodeAsync(parsed);
        var made = await node.Get<GrantEditor>().MakeAsync(wanted, Caller.CommandLine, cancellationToken);
        if (!made.TryGet(out var grant, out error))
        {
            return terminal.Refuse(ErrorFields.Called(error, OptionOf));
        }
        var answer = GrantAnswer.Of(grant, node.Get<TimeProvider>().GetUtcNow());
        await terminal.Out.WriteLineAsync(
            IndentedJson.Write(writer => JsonSerializer.Serialize(writer, answer, RestJson.Default.GrantAnswer))
        );
        return ExitCode.Done;
    }

    private Result<Grant> Read(ParseResult parsed)
    {
        var faults = new Faults();
        var grant = new Grant
        {
            Id = "",
            CreatedAt = default,
            Partner = parsed.GetValue(_partner),
            Group = parsed.GetValue(_group),
            Templates = parsed.GetValue(_templates) ?? [],
            Where = Conditions(parsed.GetValue(_where) ?? [], faults),
            Fields = new GrantFields
            {
                Attributes = parsed.GetValue(_attributes) ?? [],
                Visibility = parsed.GetValue(_visibility),
                Events = parsed.GetValue(_events) ?? [],
                Links = parsed.GetValue(_links) ?? [],
                Measurements = parsed.GetValue(_measurements),
            },
            Hidden = parsed.GetValue(_hidden),
            Purpose = parsed.GetRequiredValue(_purpose),
            From = Time(parsed, _from, faults),
            Until = Time(parsed, _until, faults),
        };
        return faults.TryCombine(out var error) ? error : grant;
    }

    private static DateTimeOffset? Time(ParseResult parsed, Option<string> option, Faults faults) =>
        TimeOption.Read(parsed, option, faults) is { } micros ? Micros.ToTime(micros) : null;

    private static List<GrantCondition> Conditions(string[] texts, Faults faults)
    {
        var found = new List<GrantCondition>();
        foreach (var text in texts)
        {
            if (text.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
            {
                found.Add(new GrantCondition(text[..at], [text[(at + 1)..]]));
            }
            else
            {
                faults.Add("--where", "must be ATTR=VALUE", "应为 属性=值");
            }
        }
        return
        [
            .. found
                .GroupBy(static one => one.Attribute, StringComparer.Ordinal)
                .Select(static all => new GrantCondition(all.Key, [.. all.SelectMany(static one => one.Values)])),
        ];
    }

    /// <summary>The option of a field such as <c>fields.attributes[1]</c>.</summary>
    private static string OptionOf(string field)
    {
        var name = field.StartsWith("fields.", StringComparison.Ordinal) ? field["fields.".Length..] : field;
        return name.Split('[', '.')[0] switch
        {
            "templates" => "--template",
            "attributes" => "--attribute",
            "events" => "--event",
            "links" => "--link",
            var other => "--" + other,
        };
    }
}
