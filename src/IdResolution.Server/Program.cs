using System.CommandLine;
using IdResolution.Server.CommandLine;

// The signals are the verbs' own: an import ends with its batch, a node with what is in flight. A second one ends the process.
using var interrupt = new Interrupt();
return await IdnodeCommand.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = null }, interrupt.Token);
