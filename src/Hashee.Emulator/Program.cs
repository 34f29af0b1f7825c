using Hashee.Emulator.Terminal;

return await new CommandLine(Consoles.Output, Console.Error).InvokeAsync(args);
