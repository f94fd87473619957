using System.Globalization;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Serving;
using IdResolution.Server.CommandLine.Shared;

// What the node writes looks the same on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

// The signals are the verbs' own: an import ends with its batch, a node with what is in flight. A second one ends the
// process.
using var interrupt = new Interrupt();
return await IdnodeCommand.RunAsync(
    args,
    new CommandInvocation(CommandEnvironment.OfProcess()) { ProcessTerminationTimeout = null },
    interrupt.Token
);
