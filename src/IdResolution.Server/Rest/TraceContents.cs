using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Http;
using IdResolution.Server.Pages;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>Makes the page of a trace.</summary>
internal sealed class TraceContents(CatalogHolder catalog, PublicAddress address, PlantClock plant)
{
    // Of what one finding is about; the list of all items is below.
    private const int MaxNamed = 10;

    /// <summary>The page of a trace.</summary>
    /// <param name="report">The trace.</param>
    /// <param name="language">The page's language.</param>
    /// <param name="switchUrl">The URL of the same page in the other language; null for no link.</param>
    public TracePage Page(TraceReport report, Language language, string? switchUrl)
    {
        var nodes = report.Graph.Nodes;
        var shown = Enumerable.Range(0, nodes.Count).Where(i => nodes[i].IsShown).ToList();
        return new TracePage
        {
            Root = report.Root.Spelling,
            Facts = Facts(report, shown.Count, language),
            IsComplete = report.End.IsComplete && report.IsWhole,
            Summary =
            [
                .. shown
                    .CountBy(i => nodes[i].Item.Template ?? "")
                    .Select(group => new PageRow(
                        group.Key.Length > 0 ? Name(group.Key, language)! : "–",
                        $"{group.Value}"
                    )),
            ],
            Findings =
            [
                .. report.Findings.Select(finding => new PageRow(
                    finding.Message.In(language),
                    string.Join('\n', finding.Items.Take(MaxNamed).Select(item => item.Spelling))
                        + (finding.Count > MaxNamed ? $"\n… ({finding.Count})" : "")
                )),
            ],
            Drawing = TraceSvg.Draw(report, address: null, language),
            Rows = [.. shown.Take(TracePage.MaxRows).Select(i => Row(report, i, language))],
            IsCut = shown.Count > TracePage.MaxRows,
            LanguageSwitchUrl = switchUrl,
        };
    }

    private List<PageRow> Facts(TraceReport report, int shown, Language language)
    {
        var direction = report.Query.Direction switch
        {
            TraceDirection.Backward => StoryTexts.Backward,
            TraceDirection.Forward => StoryTexts.Forward,
            _ => StoryTexts.BothWays,
        };
        var facts = new List<PageRow>
        {
            new(StoryTexts.Direction.In(language), direction.In(language)),
            new(StoryTexts.Items.In(language), $"{shown}"),
        };
        if (report.Number > 0)
        {
            facts.Add(new PageRow(StoryTexts.LogNumber.In(language), $"{report.Number}"));
        }
        facts.Add(new PageRow(StoryTexts.Drawn.In(language), PlantClock.Text(plant.Now, language)));
        if (report.Query.At is { } at)
        {
            facts.Add(
                new PageRow(StoryTexts.At.In(language), PlantClock.Text(plant.At(Micros.ToTime(at)), language, true))
            );
        }
        return facts;
    }

    private TraceRow Row(TraceReport report, int place, Language language)
    {
        var node = report.Graph.Nodes[place];
        return new TraceRow(
            node.Item.Spelling,
            node.Item.Key.IsText ? null : address.Of(node.Item.Spelling),
            Name(node.Item.Template, language),
            node.Generation,
            report.Amounts[place] is { } amount
                ? $"{TraceJson.Text(amount.Quantity)} {CodeTexts.Unit(amount.Unit, language)}".TrimEnd()
                : null
        );
    }

    private string? Name(string? template, Language language) =>
        template is null ? null : catalog.Current.FindLatest(template)?.Names?.In(language, template) ?? template;
}
