using System.Diagnostics;
using System.Net;
using System.Text;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Servers;
using IdResolution.Core.Access;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Benchmarks.Rows;

/// <summary>What others notice while one network attacks at full rate (docs/security.md).</summary>
internal static class AttackRows
{
    private const int Working = 1_000;
    private const int Connections = 64;
    private const int ResolvesPerSecond = 5_000;
    private const double Target = 0.8;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<Row> All { get; } = [.. Attacks.All.Select(RowOf)];

    private static Row RowOf(NamedAttack attack) =>
        new(
            attack.Name,
            $"resolve over REST at {ResolvesPerSecond:N0}/s while {attack.What}",
            "the same while nobody attacks",
            $"`h2load` (HTTP/1.1, {Connections} connections, 127.0.0.1) asks for {Working:N0} identifiers in L1, "
                + $"{ResolvesPerSecond:N0} times a second; the attacker, a process at 127.0.0.66, attacks as fast as "
                + "it can with what the others leave it of the two cores (`nice -n 19`: elsewhere it would have its "
                + "own); meanwhile an administrator at 127.0.0.71 lists the keys and has a proof by secret checked, "
                + "on new connections, again and again; not met either where one of these took more than "
                + $"{s_patience.TotalSeconds} s",
            (bench, stop) => MeasureAsync(bench, attack, stop)
        );

    private static async Task<Figures> MeasureAsync(Bench bench, NamedAttack named, CancellationToken stop)
    {
        var data = bench.Scratch();
        await Generator.RunAsync(data, Working, stop);
        await RegisterAsync(data, stop);
        var key = await BenchNode.KeyAsync(data, Role.Admin, stop);
        await using var node = await Child.NodeAsync(data, 128L << 20);
        var targets = Path.Combine(data, "targets");
        await File.WriteAllLinesAsync(
            targets,
            Enumerable
                .Range(1, Working)
                .Select(i => $"http://{node.Http}/api/v1/identifiers/{Item.Identifier(Generator.Series, i)}"),
            stop
        );
        var (attacks, longest) = (new List<double>(), TimeSpan.Zero);
        await AskAsync(bench.Scale.WarmUp);
        var before = node.RssAnon();
        var rates = await bench.AlternateAsync(
            () => AttackedAsync(bench.Scale.Round),
            () => AskAsync(bench.Scale.Round)
        );
        var grown = Math.Max(0, node.RssAnon() - before) >> 20;
        var ratio = rates.Node / rates.Baseline;
        return new Figures(
            $"{rates.Node:N0}/s (administrators within {longest.TotalSeconds:F2} s, memory +{grown} MiB, "
                + $"{Bench.Median(attacks):N0} attacks/s)",
            $"{rates.Baseline:N0}/s",
            $"{ratio:F2}",
            $"≥ {Target}",
            ratio >= Target && longest <= s_patience
        );

        async Task<double> AttackedAsync(TimeSpan time)
        {
            await using var attack = await Child.AttackAsync(named.Name, node);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var admin = AdministerAsync(end.Token);
            var began = Stopwatch.GetTimestamp();
            var rate = await AskAsync(time);
            attacks.Add(await attack.EndAsync() / Stopwatch.GetElapsedTime(began).TotalSeconds);
            await end.CancelAsync();
            await admin;
            return rate;
        }

        async Task AdministerAsync(CancellationToken end)
        {
            byte[][] asked =
            [
                Attacks.Http($"GET /api/v1/keys HTTP/1.1\r\nAuthorization: Bearer {key}"),
                Attacks.Verification(Attacks.Secret, null),
            ];
            while (!end.IsCancellationRequested)
            {
                foreach (var request in asked)
                {
                    var began = Stopwatch.GetTimestamp();
                    var answer = await AnswerAsync(node.Http, request, stop);
                    var took = Stopwatch.GetElapsedTime(began);
                    longest = took > longest ? took : longest;
                    if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || answer.Contains("false}"))
                    {
                        throw new InvalidOperationException($"An administrator was refused:\n{answer}");
                    }
                }
                await Task.Delay(100, CancellationToken.None);
            }
        }

        Task<double> AskAsync(TimeSpan time) =>
            H2Load.AskAsync(targets, Connections, ResolvesPerSecond, (long)(ResolvesPerSecond * time.TotalSeconds));
    }

    /// <summary>An identity with a secret, and a handle that anybody may write to.</summary>
    private static async Task RegisterAsync(string data, CancellationToken stop)
    {
        using var node = await BenchNode.OpenAsync(data, stop);
        var secret = new RawValue
        {
            Index = 300,
            Type = RawValue.SecretKeyType,
            Data = Encoding.UTF8.GetBytes(Attacks.Secret),
        };
        var open = new RawValue
        {
            Index = 1,
            Type = "NOTE",
            Data = "0"u8.ToArray(),
            Permissions = (Permissions)15,
        };
        var made = await node.Get<Registrar>()
            .RegisterAsync(
                [
                    new RegistrationRequest { Identifier = Attacks.User, Values = [secret] },
                    new RegistrationRequest { Identifier = Attacks.Open, Values = [open] },
                ],
                Caller.Node with
                {
                    Role = Role.Admin,
                },
                stop
            );
        foreach (var result in made)
        {
            if (!result.IsOk)
            {
                throw new InvalidOperationException(result.Error.Message.En);
            }
        }
    }

    private static async Task<string> AnswerAsync(IPEndPoint server, byte[] request, CancellationToken stop)
    {
        using var socket = await Attack.ConnectAsync(server, IPAddress.Parse("127.0.0.71"), stop);
        await socket.SendAsync(request, stop);
        var answer = new byte[65_536];
        var length = await socket.ReceiveAsync(answer, stop);
        return Encoding.UTF8.GetString(answer, 0, length);
    }
}
