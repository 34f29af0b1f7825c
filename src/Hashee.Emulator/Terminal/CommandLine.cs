using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Spectre.Console;

namespace Hashee.Emulator.Terminal;

/// <summary>The commands of <c>./build.sh</c> that run a <see cref="LocalWorld"/>. A mistake is one sentence and exit code 2.</summary>
internal sealed class CommandLine
{
    private const string Program = "./build.sh";
    private const int Failed = 1;
    private const int Misused = 2;
    private const int Interrupted = 130; // as a shell reports Ctrl+C

    private static readonly TimeSpan TerminationLimit = TimeSpan.FromSeconds(10);

    private readonly Argument<string?> _text = new("TEXT")
    {
        Description = "What to say to the agent. Without it: a chat, one line after the other. One that begins with - goes behind --.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string[]> _env = new("--env")
    {
        Description = "A variable of the worker, for your agent: NAME=VALUE, or NAME for the value it has in this shell. Can be repeated.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string[]> _envFile = new("--env-file")
    {
        Description = "A file of such variables, one a line. Can be repeated; --env wins.",
        HelpName = "PATH",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _jit = new("--jit")
    {
        Description = "Do not compile the worker to native code: a change of your agent is there in seconds, but starts are slow.",
    };
    private readonly Option<bool> _logs = new("--logs") { Description = "Show all that the functions write, on standard error." };

    // What ./build.sh says, not a user.
    private readonly Option<FileInfo> _webhook = new Option<FileInfo>("--webhook") { Hidden = true }.AcceptExistingOnly();
    private readonly Option<FileInfo> _worker = new Option<FileInfo>("--worker") { Hidden = true }.AcceptExistingOnly();
    private readonly Option<bool> _check = new("--check") { Hidden = true };

    private readonly IAnsiConsole _output;
    private readonly TextWriter _errors;

    /// <param name="output">Gets what is asked for.</param>
    /// <param name="errors">Gets mistakes, troubles and logs.</param>
    public CommandLine(IAnsiConsole output, TextWriter errors)
    {
        _output = output;
        _errors = errors;
        Command run = new("run", "Send a message through the whole system, or chat with the agent.") { _text };
        Command serve = new("serve", "Start everything and say where it listens, until Ctrl+C.");
        foreach (Command command in (Command[])[run, serve])
        {
            command.Add(_env);
            command.Add(_envFile);
            command.Add(_jit);
            command.Add(_logs);
            command.Add(_webhook);
            command.Add(_worker);
            command.Add(_check);
        }

        run.SetAction((arguments, cancellationToken) => StartAsync(arguments, RunAsync, cancellationToken));
        serve.SetAction((arguments, cancellationToken) => StartAsync(arguments, ServeAsync, cancellationToken));
        Root = new Command(Program, "Hashee, AWS Lambda and SQS on 127.0.0.1, around the real functions.") { run, serve, new HelpOption() };
    }

    private Command Root { get; }

    /// <summary>Does what the arguments say.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments)
    {
        // A text may begin with @.
        ParseResult parsed = Root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is not HelpAction && FindMistake(parsed) is { } mistake)
        {
            return Refuse(parsed, mistake);
        }

        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = _output.Profile.Out.Writer,
            Error = _errors,
            ProcessTerminationTimeout = TerminationLimit,
        });
    }

    private static string? FindMistake(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<Token> words = parsed.Tokens.TakeWhile(static token => token.Type != TokenType.DoubleDash);
        if (words.FirstOrDefault(static token => token.Type == TokenType.Argument && token.Value is ['-', _, ..]) is { } option
            && !IsValue(parsed, option))
        {
            IEnumerable<string> names = command.Options.Where(static known => !known.Hidden).Select(static known => known.Name);
            return $"there is no option {option.Value}{Suggest(option.Value, names)}";
        }

        if (command.Subcommands.Count > 0)
        {
            IEnumerable<string> names = command.Subcommands.Select(static known => known.Name);
            return parsed.UnmatchedTokens is [string word, ..]
                ? $"there is no command {word}{Suggest(word, names)}"
                : $"a command is missing: {string.Join(" or ", names)}";
        }

        return parsed.UnmatchedTokens is [string surplus, ..]
            ? $"\"{surplus}\" is one word too many{(command.Arguments.Count > 0 ? ": a text of several words goes between quotes" : "")}"
            : parsed.Errors is [{ } error, ..] ? error.Message : null;
    }

    /// <summary>Whether a word is what an option takes.</summary>
    private static bool IsValue(ParseResult parsed, Token word) =>
        parsed.CommandResult.Children.OfType<OptionResult>().Any(option => option.Tokens.Contains(word));

    private static string Suggest(string word, IEnumerable<string> names)
    {
        string? nearest = names.MinBy(name => Distance(word, name));
        return nearest is not null && Distance(word, nearest) <= 2 ? $"; did you mean {nearest}?" : "";
    }

    /// <summary>How many letters have to be put in, taken out or changed to make one word of the other.</summary>
    private static int Distance(string one, string other)
    {
        int[] previous = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int[] current = [i, .. new int[other.Length]];
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = previous[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                current[j] = Math.Min(changed, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[^1];
    }

    private int Refuse(ParseResult parsed, string mistake)
    {
        string command = parsed.CommandResult.Command == Root ? Program : $"{Program} {parsed.CommandResult.Command.Name}";
        _errors.WriteLine($"{command}: {mistake}");
        _errors.WriteLine($"{command} --help says what there is.");
        return Misused;
    }

    private async Task<int> StartAsync(
        ParseResult parsed, Func<ParseResult, LocalWorldOptions, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        try
        {
            TextWriter notes = parsed.GetValue(_check) ? TextWriter.Null : _errors;
            Dictionary<string, string?> variables = WorkerVariables.Read(
                parsed.GetValue(_envFile) ?? [], parsed.GetValue(_env) ?? [], notes.WriteLine, Environment.GetEnvironmentVariable);
            if (parsed.GetValue(_check))
            {
                return 0;
            }

            if (parsed.GetValue(_webhook) is not { } webhook || parsed.GetValue(_worker) is not { } worker)
            {
                return Refuse(parsed, $"--webhook and --worker name the functions' binaries: {Program} compiles them and says where they are");
            }

            using SessionsFolder sessions = new(variables);
            LocalWorldOptions options = new()
            {
                WebhookBootstrap = webhook.FullName,
                WorkerBootstrap = worker.FullName,
                WorkerEnvironment = variables,
                Output = parsed.GetValue(_logs) ? line => _errors.WriteLine($"{line.FunctionName}  {line.Text}") : null,
            };
            return await action(parsed, options, cancellationToken);
        }
        catch (FormatException mistake)
        {
            return Refuse(parsed, mistake.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, LocalWorldOptions options, CancellationToken cancellationToken)
    {
        await using LocalWorld world = await LocalWorld.StartAsync(options);
        _errors.WriteLine($"model     {WorkerVariables.Describe(options.WorkerEnvironment)}");
        Chat chat = new(world, _output, _errors);
        if (!parsed.GetValue(_jit))
        {
            // On the JIT the functions' own compilation outweighs the emulator's.
            await chat.RehearseAsync(cancellationToken);
        }

        bool answered = parsed.GetValue(_text) is { } message
            ? await chat.SendColdAndWarmAsync(message, cancellationToken)
            : await chat.TalkAsync(Console.In, prompts: !Console.IsInputRedirected, cancellationToken);
        return answered ? 0 : Failed;
    }

    private async Task<int> ServeAsync(ParseResult parsed, LocalWorldOptions options, CancellationToken cancellationToken)
    {
        await using LocalWorld world = await LocalWorld.StartAsync(options);
        await Server.RunAsync(world, _output, _errors, cancellationToken);
        return 0;
    }
}
