// Uses the client that NSwag generates from the node's OpenAPI document, as a user would: the compiler holds what is
// sent and read to the document. Arguments: the node's URL, a key of role registrar.
using System.Net.Http.Headers;
using System.Text.Json;
using Generated;

using var http = new HttpClient { BaseAddress = new Uri(args[0]) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", args[1]);
var client = new NodeClient(http);

var made = await client.RegisterAsync(
    new Registration
    {
        Template = "part",
        Source = "cs",
        SourceKey = "1",
        Attributes = new Dictionary<string, object>
        {
            ["name"] = "膜 C#",
            ["cost"] = 12.5,
            ["tags"] = new[] { "a", "b" },
        },
    }
);
Expect("version", made.Version == 1 && made.Status == RecordStatus.Active && made.CreatedAt is not null);
var id = made.Identifier;

var read = await client.ResolveAsync(id);
Expect("attributes", JsonSerializer.Serialize(read.Attributes).Contains("12.5"));
Expect("by query", (await client.ResolveByQueryAsync(id)).Identifier == id);

var changed = await client.ChangeAsync(
    id,
    new Patch { Attributes = new Dictionary<string, object> { ["grade"] = "A" } },
    if_Match: "\"1\""
);
Expect("change", changed.Version == 2);

var found = await client.SearchAsync(template: "part", attr: new Dictionary<string, string> { ["attr.grade"] = "A" });
Expect("search", found.Items.Any(item => item.Identifier == id));
Expect("scan", (await client.ScanAsync(new ScanBody { Text = id + "\r\n" })).Identifier == id);

var happened = await client.RecordEventAsync(
    new Event
    {
        Type = EventType.Transform,
        Time = "2026-03-01T08:00:00Z",
        // What may be a text or an object is a bag of members to this generator.
        Inputs =
        [
            new()
            {
                AdditionalProperties = new Dictionary<string, object>
                {
                    ["identifier"] = id + "-LOT",
                    ["quantity"] = 2.5,
                    ["unit"] = "KGM",
                },
            },
        ],
        Outputs = [new() { AdditionalProperties = Named(id) }],
        Measurements = [new Measurement { Characteristic = "thickness", Value = 15.2 }],
    }
);
var shown = await client.EventAsync(happened.Event.ToString());
Expect("event", shown.Type == EventType.Transform && shown.Status == EventStatus.Active);
await client.RecordLinkAsync(
    new Link
    {
        From = new() { AdditionalProperties = Named(id) },
        Type = LinkType.ProducedBy,
        To = new() { AdditionalProperties = Named(id + "-PRESS") },
    }
);
Expect("trace", (await client.TraceAsync(id)).Links.Any(link => link.Type == LinkType.Consumes));
var asked = await client.ScanAsync(
    new ScanBody
    {
        Text = id,
        Intent = new ScanIntent
        {
            Do = IntentKind.Use,
            Quantity = 1,
            Step = new() { AdditionalProperties = Named(id + "-STEP") },
        },
    }
);
Expect("intent", asked.Identifier == id && asked.Allowed is not null && asked.Reasons is not null);

using (var picture = await client.QrByQueryAsync(id, format: Format.Png))
{
    var start = new byte[4];
    await picture.Stream.ReadExactlyAsync(start);
    Expect("qr", start[1] == 'P' && start[2] == 'N' && start[3] == 'G');
}
using (var label = await client.LabelAsync(id + ".zpl", copies: 2))
{
    Expect("label", (await new StreamReader(label.Stream).ReadToEndAsync()).Contains("^PQ2"));
}
using (var sheet = await client.PrintSheetAsync(new SheetBody { Identifiers = [id] }))
{
    Expect("sheet", (await new StreamReader(sheet.Stream).ReadToEndAsync()).Contains("<svg"));
}
Expect("history", (await client.HistoryAsync(id)).Items.Count == 2);
Expect("changes", (await client.ChangesAsync(limit: 1_000)).Items.Any(change => change.Identifier == id));

try
{
    await client.RegisterAsync(
        new Registration
        {
            Template = "part",
            Attributes = new Dictionary<string, object> { ["grade"] = "Z" },
        }
    );
    Expect("problem", false);
}
catch (ApiException<ProblemAnswer> e)
{
    Expect("problem", e.StatusCode == 422 && e.Result.Errors.Count == 2 && e.Result.TraceId.Length == 32);
}
Console.WriteLine(id);

static IDictionary<string, object> Named(string identifier) =>
    new Dictionary<string, object> { ["identifier"] = identifier };

static void Expect(string what, bool isSo)
{
    if (!isSo)
    {
        throw new InvalidOperationException($"{what} is not so");
    }
}
