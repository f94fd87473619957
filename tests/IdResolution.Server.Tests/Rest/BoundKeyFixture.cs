using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// A node with the items of two enterprises, and keys that are bound to the prefix of one of them. What belongs to the
/// other holds the word <see cref="Hidden"/>.
/// </summary>
public abstract class BoundKeyFixture : NodeFixture
{
    /// <summary>Is below a homed prefix, and homed by the first key that is bound to it.</summary>
    protected const string Own = "88.300.1.7";

    /// <summary>Begins with the same letters and is another.</summary>
    protected const string Other = "88.300.1.77";

    protected const string Hidden = "hidden";

    /// <summary>The item of the other enterprise, which every cache holds.</summary>
    protected const string Theirs = Other + "/X1";

    protected const string Mine = Own + "/M1";

    private protected static readonly Role[] BoundRoles = [Role.Partner, Role.Reader, Role.Registrar, Role.Auditor];

    private const string Pack = $$"""
        {
          "codingRules": [
            {"code": "ours", "prefix": "{{Own}}", "pattern": "O-{seq:5}"},
            {"code": "{{Hidden}}-rule", "prefix": "{{Other}}", "pattern": "H-{seq:5}"}
          ],
          "templates": [
            {
              "code": "ours", "prefix": "{{Own}}", "codingRule": "ours",
              "attributes": [{"code": "name", "type": "text", "visibility": "public"}]
            },
            {
              "code": "{{Hidden}}-template", "prefix": "{{Other}}", "codingRule": "{{Hidden}}-rule",
              "attributes": [{"code": "{{Hidden}}", "type": "text", "visibility": "public", "searchable": true}]
            }
          ]
        }
        """;

    private readonly Dictionary<Role, ApiKey> _bound = [];
    private readonly Dictionary<Role, string> _texts = [];

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        foreach (var role in BoundRoles)
        {
            var made = await Server.Node.Keys.CreateAsync(
                new NewKey(role, Prefix: Own),
                Caller.CommandLine,
                CancellationToken.None
            );
            Assert.That(made.IsOk, made.Error?.Message.En);
            (_bound[role], _texts[role]) = made.Value;
        }
        await DoAsync("POST", "/api/v1/templates:import", Pack);
        await DoAsync("POST", "/api/v1/sources", """{"code":"shared"}""");
        await Server.RegisterAsync(
            $$$"""
            "source":"{{{Hidden}}}-erp","sourceKey":"E1","furtherKeys":[{"source":"shared","sourceKey":"S1"}],
            "attributes":{"name":"{{{Hidden}}}","serial":"N1"}
            """,
            Theirs
        );
        await Server.RegisterAsync(""" "source":"erp","sourceKey":"E1","attributes":{"name":"mine"} """, Mine);
        foreach (var role in Enum.GetValues<Role>())
        {
            // The second time L1 has it rendered.
            await Server.GetAsync("/api/v1/identifiers/" + Theirs, role);
            await Server.GetAsync("/api/v1/identifiers/" + Theirs, role);
        }
    }

    private protected override void Configure(NodeOptions options) => options.Prefixes.Add(Other);

    /// <summary>The text of the bound key with a role.</summary>
    protected string BoundKey(Role role) => _texts[role];

    protected string IdOfBoundKey(Role role) => _bound[role].Id;

    /// <summary>Makes a call with the bound key of a role.</summary>
    private protected Task<Answer> BoundAsync(Role role, string method, string path, string? body = null) =>
        Server.SendAsync(BoundKey(role), method, path, body);

    protected ValueTask<long> HeadAsync() => Server.Node.Log.HeadAsync(CancellationToken.None);

    /// <summary>Makes a call as an administrator.</summary>
    private protected async Task<Answer> DoAsync(string method, string path, string? body = null)
    {
        var answer = await Server.SendAsync(Role.Admin, method, path, body);
        Assert.That(answer.Status, Is.InRange(200, 299), answer.ToString());
        return answer;
    }
}
