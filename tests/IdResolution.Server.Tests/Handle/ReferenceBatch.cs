using System.Text;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Tests.Handle;

/// <summary>
/// Runs a batch of the reference's tools, read by the rules of <c>docs/handle.md</c>, with key files in PEM. Sessions
/// are read, and not set up: <see cref="ReferenceClientTests"/> has them.
/// </summary>
internal sealed class ReferenceBatch(Func<IChallengeSigner?, HandleClient> clientOf, CancellationToken stop)
{
    /// <summary>The rights in the order of a batch, which is not that of the bits.</summary>
    private static readonly AdminPermissions[] s_rights =
    [
        AdminPermissions.AddHandle,
        AdminPermissions.DeleteHandle,
        AdminPermissions.AddDerivedPrefix,
        AdminPermissions.DeleteDerivedPrefix,
        AdminPermissions.ModifyValue,
        AdminPermissions.RemoveValue,
        AdminPermissions.AddValue,
        AdminPermissions.AuthorizedRead,
        AdminPermissions.ModifyAdmin,
        AdminPermissions.RemoveAdmin,
        AdminPermissions.AddAdmin,
        AdminPermissions.ListHandles,
    ];

    private HandleClient _client = clientOf(null);

    /// <summary>Runs each command; gives its name and the code of the answer.</summary>
    public async Task<List<(string Command, ResponseCode Code)>> RunAsync(string text)
    {
        var answers = new List<(string, ResponseCode)>();
        foreach (var block in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = block.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < lines.Length; )
            {
                var (command, argument) = lines[i] == "SESSIONSETUP" ? (lines[i], "") : Cut(lines[i], ' ');
                i++;
                // These two are a line each; the others take what is left of the block.
                var own = command is "REMOVE" or "DELETE" ? [] : lines[i..];
                i += own.Length;
                foreach (var code in await DoAsync(command, argument, own))
                {
                    answers.Add((command, code));
                }
            }
        }
        return answers;
    }

    private async Task<ResponseCode[]> DoAsync(string command, string argument, string[] lines)
    {
        switch (command)
        {
            case "AUTHENTICATE":
                var (kind, user) = Cut(argument, ':');
                _client = clientOf(SignerOf(kind, Reference(user), lines.Single()));
                return [];
            case "SESSIONSETUP":
                Assert.That(lines, Is.All.Match("^(USESESSION:[01]|OPTIONS:.*|TIMEOUT:[0-9]+)$").And.Not.Empty);
                return [];
            case "CREATE":
                return [(await _client.CreateAsync(argument, Values(lines), false, false, stop)).Code];
            case "ADD":
                return [(await _client.AddAsync(argument, Values(lines), false, stop)).Code];
            case "MODIFY":
                return [(await _client.ModifyAsync(argument, Values(lines), stop)).Code];
            case "REMOVE":
                var (indexes, handle) = Cut(argument, ':');
                return [(await _client.RemoveAsync(handle, [.. indexes.Split(',').Select(int.Parse)], stop)).Code];
            case "DELETE":
                return [(await _client.DeleteAsync(argument, stop)).Code];
            case "HOME" or "UNHOME":
                Assert.That(argument, Does.Match("^[^:]+:[0-9]+:(TCP|UDP|HTTP)$"));
                var codes = new List<ResponseCode>();
                foreach (var prefix in lines)
                {
                    var answer =
                        command == "HOME"
                            ? await _client.HomeAsync(prefix, stop)
                            : await _client.UnhomeAsync(prefix, stop);
                    codes.Add(answer.Code);
                }
                return [.. codes];
            default:
                throw new FormatException($"No command: {command}");
        }
    }

    private static IChallengeSigner SignerOf(string kind, ValueReference user, string line)
    {
        if (kind == "SECKEY")
        {
            return new SecretKeySigner(user, Encoding.UTF8.GetBytes(line));
        }
        Assert.That(kind, Is.EqualTo("PUBKEY"));
        Assert.That(KeyPair.TryFromPem(File.ReadAllText(line), out var pair), Is.True, line);
        return new PublicKeySigner(user, pair!);
    }

    private static HandleValue[] Values(string[] lines) => [.. lines.Select(Value)];

    private static HandleValue Value(string line)
    {
        var parts = line.Split(' ', 6);
        return new HandleValue
        {
            Index = int.Parse(parts[0]),
            Type = parts[1],
            Ttl = int.Parse(parts[2]),
            Permissions = (ValuePermissions)Convert.ToByte(parts[3], 2),
            Data = parts[4] switch
            {
                "UTF8" => Encoding.UTF8.GetBytes(parts[5]),
                "FILE" => File.ReadAllBytes(parts[5]),
                "ADMIN" => AdminData(parts[5]),
                "LIST" => new ValueListRecord([
                    .. parts[5].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(r => Reference(r.Trim())),
                ]).ToData(),
                _ => throw new FormatException(line),
            },
        };
    }

    private static byte[] AdminData(string text)
    {
        var (index, rest) = Cut(text, ':');
        var (digits, handle) = Cut(rest, ':');
        Assert.That(digits, Does.Match("^[01]{12}$"));
        var rights = AdminPermissions.None;
        for (var i = 0; i < digits.Length; i++)
        {
            rights |= digits[i] == '1' ? s_rights[i] : AdminPermissions.None;
        }
        return new AdminRecord(rights, Reference($"{index}:{handle}")).ToData();
    }

    private static ValueReference Reference(string text)
    {
        var (index, handle) = Cut(text, ':');
        return new ValueReference(handle, int.Parse(index));
    }

    private static (string Before, string After) Cut(string text, char at)
    {
        var place = text.IndexOf(at, StringComparison.Ordinal);
        return place < 0 ? throw new FormatException(text) : (text[..place], text[(place + 1)..]);
    }
}
