using System.Globalization;
using IdResolution.Server.CommandLine;
using IdResolution.Server.CommandLine.Serving;
using IdResolution.Server.CommandLine.Shared;

// Numbers and dates look the same on every machine.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

OwnerOnly.Apply();

// The verbs handle signals themselves: an import finishes its batch, a node finishes the requests in flight. A second
// signal ends the process.
using var interrupt = new Interrupt();
return await IdnodeCommand.RunAsync(
    args,
    new CommandInvocation(CommandEnvironment.OfProcess()) { ProcessTerminationTimeout = null },
    interrupt.Token
);
