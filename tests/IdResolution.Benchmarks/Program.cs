using System.Globalization;
using System.Net;
using IdResolution.Benchmarks;
using IdResolution.Benchmarks.Data;
using IdResolution.Benchmarks.Load;
using IdResolution.Benchmarks.Reporting;
using IdResolution.Benchmarks.Servers;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

var arguments = new Arguments(args);
switch (args.FirstOrDefault())
{
    case "generate":
        await Generator.RunAsync(arguments.Text("data"), arguments.Number("items", 1_000_000), CancellationToken.None);
        return 0;
    case "plant":
        await Plant.RunAsync(
            arguments.Text("data"),
            PlantShape.Of(arguments.Number("items", 1_000_000)),
            CancellationToken.None
        );
        return 0;
    case "serve":
        return await NodeServer.RunAsync(
            arguments.Text("data"),
            arguments.Number("cache", 128L << 20),
            arguments.Find("database"),
            arguments.Find("upstream"),
            (int)arguments.Number("upstream-rate", 0)
        );
    case "baseline":
        return await BaselineServer.RunAsync(new Uri(arguments.Text("body-of")), arguments.Find("key"));
    case "grpc-baseline":
        return await GrpcBaselineServer.RunAsync(
            IPEndPoint.Parse(arguments.Text("node")),
            arguments.Text("identifier"),
            arguments.Has("bare")
        );
    case "handle-baseline":
        return await HandleBaselineServer.RunAsync(
            (int)arguments.Number("request", 0),
            (int)arguments.Number("answer", 0)
        );
    case "attack":
        return await Attacks.RunAsync(
            arguments.Text("name"),
            new AttackedAddresses(
                IPEndPoint.Parse(arguments.Text("http")),
                IPEndPoint.Parse(arguments.Text("grpc")),
                IPEndPoint.Parse(arguments.Text("handle"))
            )
        );
    case "run":
        try
        {
            return await Suite.RunAsync(arguments, CancellationToken.None);
        }
        catch (InvalidOperationException e)
        {
            // A figure beside wrong answers would be worth nothing.
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    default:
        await Console.Error.WriteLineAsync(
            """
            generate --data DIR --items N           registers a data set through the core; goes on where it stopped
            plant --data DIR --items N              makes a plant through the core; goes on where it stopped
            serve --data DIR [--cache BYTES] [--database NAME] [--upstream URL] [--upstream-rate N]
                                                    the node on a loopback port until standard input ends; on a database of the server given by IDR_TEST_SQLSERVER
            baseline --body-of URL [--key KEY]      a bare Kestrel endpoint with the same answer, until standard input ends
            grpc-baseline --node ADDRESS --identifier ID [--bare]
                                                    a plain gRPC service, or a bare endpoint, with the same answer, until standard input ends
            handle-baseline --request BYTES --answer BYTES
                                                    echo servers over TCP and UDP, until standard input ends
            attack --name ROW --http ADDRESS --grpc ADDRESS --handle ADDRESS
                                                    attacks a node until standard input ends; says how often
            run [--full | --smoke] [--only ROW] [--items N] [--records N] [--out FILE]
            """
        );
        return 2;
}
