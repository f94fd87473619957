using System.Globalization;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Traceability;
using IdResolution.Server.Pages;
using IdResolution.Server.Tracing;

namespace IdResolution.Server.Rest;

/// <summary>Makes the story on the page of an item: its status and its latest events.</summary>
internal sealed class StoryContents(StatusReader statuses, EventQueries events, PlantClock plant)
{
    /// <summary>The greatest number of events on a page.</summary>
    public const int MaxEvents = 20;

    // An event may name ten thousand items; the page names the first of them and says how many there are.
    private const int MaxNamed = 5;

    /// <summary>The story for a caller; null if the caller may not read it.</summary>
    public async ValueTask<PageStory?> ReadAsync(
        Identifier identifier,
        Caller caller,
        Language language,
        CancellationToken cancellationToken
    )
    {
        var filter = new EventFilter
        {
            Item = new ItemAsked(identifier.Text),
            Descending = true,
            Limit = MaxEvents,
        };
        if (
            !(await statuses.ReadAsync(identifier, caller, cancellationToken)).TryGet(out var status, out _)
            || !(await events.ListAsync(filter, caller, cancellationToken)).TryGet(out var page, out _)
        )
        {
            return null;
        }
        return new PageStory(
            Rows(status, language),
            [.. status.Holds.Select(hold => Reason(hold, language))],
            [.. page.Events.Select(shown => Row(shown, language))],
            page.Next is not null,
            TraceUrl(identifier, "backward"),
            TraceUrl(identifier, "forward")
        );
    }

    private static string TraceUrl(Identifier identifier, string direction) =>
        $"/trace?direction={direction}&id={Uri.EscapeDataString(identifier.Text)}";

    private static List<PageRow> Rows(ItemStatus status, Language language)
    {
        var rows = new List<PageRow>();
        Add(StoryTexts.Place, status.Place, HrefOf(status.Place));
        Add(StoryTexts.Parent, status.Parent, HrefOf(status.Parent));
        Add(StoryTexts.Position, status.Position, null);
        Add(StoryTexts.Disposition, CodeTexts.State(status.Disposition, language), null);
        foreach (var balance in status.Balance)
        {
            var unit = CodeTexts.Unit(balance.Unit, language);
            rows.Add(new PageRow(StoryTexts.Quantity.In(language), Shown(balance).In(language), unit));
        }
        foreach (var lack in status.Lacks)
        {
            rows.Add(new PageRow(StoryTexts.Incomplete.In(language), lack.Message.In(language)));
        }
        return rows;

        void Add(Text name, string? value, string? href)
        {
            if (value is not null)
            {
                rows.Add(new PageRow(name.In(language), value, null, href));
            }
        }
    }

    private static Text Shown(LotBalance balance)
    {
        var (made, left) = (Number(balance.Made), Number(balance.Left));
        var (used, shipped, scrapped) = (Number(balance.Used), Number(balance.Shipped), Number(balance.Scrapped));
        return new Text(
            $"made {made}, used {used}, shipped {shipped}, scrapped {scrapped}, left {left}",
            $"产出 {made}，使用 {used}，发货 {shipped}，报废 {scrapped}，剩余 {left}"
        );
    }

    private static string Number(decimal? quantity) =>
        quantity is { } known ? known.ToString("0.######", CultureInfo.InvariantCulture) : "?";

    private string Reason(HoldStatus hold, Language language)
    {
        var whose = (hold.IsOwn ? StoryTexts.HeldItself : StoryTexts.HeldAncestor).In(language);
        var time = PlantClock.Text(plant.At(Micros.ToTime(hold.Time)), language);
        return string.Join(" · ", new[] { hold.Reason, whose, time }.OfType<string>());
    }

    private StoryRow Row(ShownEvent shown, Language language)
    {
        var stored = shown.Stored;
        var rows = new List<PageRow>();
        var reader = new StateReader(stored.State);
        while (reader.Read())
        {
            var name = reader.Code.StartsWith("e:"u8) ? Encoding.UTF8.GetString(reader.Code[2..]) : "";
            if (StoryTexts.Member(name) is { } title)
            {
                rows.Add(
                    name == "disposition"
                        ? new PageRow(
                            title.In(language),
                            CodeTexts.State(Encoding.UTF8.GetString(reader.Value), language)!
                        )
                        : Row(title.In(language), reader.Form, reader.Value, language)
                );
            }
        }
        return new StoryRow(
            StoryTexts.Of(EventState.TypeOf(stored)).In(language),
            plant.At(Micros.ToTime(stored.Time)),
            stored.Voided != 0,
            rows
        );
    }

    private static PageRow Row(string name, StateForm form, ReadOnlySpan<byte> value, Language language)
    {
        if (form != StateForm.List)
        {
            var single = Named(form, value, language);
            return new PageRow(name, single, null, HrefOf(single));
        }
        var named = new List<string>(MaxNamed + 1);
        var list = new StateList(value);
        while (named.Count < MaxNamed && list.Read())
        {
            named.Add(list.IsErased ? "–" : Named(list.Form, list.Value, language));
        }
        if (list.Count > MaxNamed)
        {
            named.Add(string.Create(CultureInfo.InvariantCulture, $"… ({list.Count})"));
        }
        return new PageRow(name, string.Join('\n', named), null, named.Count == 1 ? HrefOf(named[0]) : null);
    }

    /// <summary>What a thing is called, with how much of it.</summary>
    private static string Named(StateForm form, ReadOnlySpan<byte> value, Language language)
    {
        if (form != StateForm.Json)
        {
            return Encoding.UTF8.GetString(value);
        }
        using var json = JsonDocument.Parse(value.ToArray());
        var name = Member("identifier") ?? Member("text") ?? "–";
        return Member("quantity") is { } quantity
            ? $"{name} ({quantity} {CodeTexts.Unit(Member("unit"), language)}".TrimEnd() + ")"
            : name;

        string? Member(string member) =>
            json.RootElement.TryGetProperty(member, out var found) ? found.ToString() : null;
    }

    private static string? HrefOf(string? name) =>
        Identifier.TryParse(name, out _) ? "/r?id=" + Uri.EscapeDataString(name!) : null;
}
