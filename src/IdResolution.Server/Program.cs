using IdResolution.Server.Hosting;
var options = new NodeOptions { Data = args[0], Prefixes = ["88.300.1"], Http = "127.0.0.1:18080" };
return await NodeHost.RunAsync(options, new ConfigurationBuilder().AddEnvironmentVariables("IDR__").Build(), default);
