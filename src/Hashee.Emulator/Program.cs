using System.CommandLine;
using Hashee.Emulator;
using Hashee.Emulator.Terminal;

const int Interrupted = 130; // as a shell reports Ctrl+C

Argument<string?> text = new("TEXT")
{
    Description = "What to say to the agent. Without it: a chat, one line after the other.",
    Arity = ArgumentArity.ZeroOrOne,
};
Option<FileInfo> webhook = new Option<FileInfo>("--webhook")
{
    Description = "The webhook's executable (its bootstrap).",
    HelpName = "PATH",
    Required = true,
}.AcceptExistingOnly();
Option<FileInfo> worker = new Option<FileInfo>("--worker")
{
    Description = "The worker's executable (its bootstrap).",
    HelpName = "PATH",
    Required = true,
}.AcceptExistingOnly();
Option<bool> logs = new("--logs") { Description = "Show what the functions write, on standard error." };

Command run = new("run", "Send a message through the whole system, or chat with the agent.") { text, webhook, worker, logs };
run.SetAction(async (arguments, cancellationToken) =>
{
    try
    {
        await using LocalWorld world = await LocalWorld.StartAsync(Options(arguments));
        Chat chat = new(world, Consoles.Output, Console.Error);
        await chat.RehearseAsync(cancellationToken);
        bool answered = arguments.GetValue(text) is { } message
            ? await chat.SendColdAndWarmAsync(message, cancellationToken)
            : await chat.TalkAsync(Console.In, prompts: !Console.IsInputRedirected, cancellationToken);
        return answered ? 0 : 1;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        return Interrupted;
    }
});

Command serve = new("serve", "Start everything and say where it listens, until Ctrl+C.") { webhook, worker, logs };
serve.SetAction(async (arguments, cancellationToken) =>
{
    await using LocalWorld world = await LocalWorld.StartAsync(Options(arguments));
    await Server.RunAsync(world, Consoles.Output, cancellationToken);
    return 0;
});

RootCommand root = new("Hashee, AWS Lambda and SQS on 127.0.0.1, around the real functions.") { run, serve };

// A text may begin with @.
ParserConfiguration parsing = new() { ResponseFileTokenReplacer = null };
return await root.Parse(args, parsing).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });

LocalWorldOptions Options(ParseResult arguments) => new()
{
    WebhookBootstrap = arguments.GetRequiredValue(webhook).FullName,
    WorkerBootstrap = arguments.GetRequiredValue(worker).FullName,
    Output = arguments.GetValue(logs) ? static line => Console.Error.WriteLine($"{line.FunctionName}  {line.Text}") : null,
};
