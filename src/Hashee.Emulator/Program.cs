using System.CommandLine;

return await new RootCommand("Hashee, Lambda and SQS on this machine.").Parse(args).InvokeAsync();
