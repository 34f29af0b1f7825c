using Hashee.Emulator.Lambda;
using Spectre.Console;

namespace Hashee.Emulator.Terminal;

/// <summary>A user of the terminal who writes to the agent of a <see cref="LocalWorld"/>.</summary>
internal sealed class Chat
{
    private readonly LocalWorld _world;
    private readonly LocalUser _user;
    private readonly IAnsiConsole _output;
    private readonly TextWriter _errors;

    /// <param name="output">Gets replies and times.</param>
    /// <param name="errors">Gets what takes long, what the functions' logs say goes wrong, as soon as they say it, and the reasons for missing replies.</param>
    /// <param name="silence">A step that takes longer is told of; 2 s if not given.</param>
    public Chat(LocalWorld world, IAnsiConsole output, TextWriter errors, TimeSpan? silence = null)
    {
        _world = world;
        _output = output;
        _errors = TextWriter.Synchronized(errors);
        _user = new LocalUser(world) { Progress = _errors.WriteLine, Silence = silence ?? LocalUser.LongestSilence };
        world.Troubled += Show;
    }

    /// <inheritdoc cref="LocalUser.RehearseAsync"/>
    public Task RehearseAsync(CancellationToken cancellationToken) => _user.RehearseAsync(cancellationToken);

    /// <summary>Sends a text to functions that are not running yet and again to the running ones; prints the reply and where the time went.</summary>
    /// <returns>Whether both were answered.</returns>
    public async Task<bool> SendColdAndWarmAsync(string text, CancellationToken cancellationToken)
    {
        if (await SendAsync(text, cancellationToken) is not { Timeline: { } cold })
        {
            return false;
        }

        Exchange second = await _user.SendAsync(text, cancellationToken);
        if (second is not { Timeline: { } warm })
        {
            _errors.WriteLine(second.Problem);
            return false;
        }

        _output.WriteLine();
        _output.Write(TimelineTable.Of(cold, warm));
        return true;
    }

    /// <summary>Sends every line until the input ends; prints each reply and how long it took.</summary>
    /// <param name="prompts">Whether somebody types: shows a prompt, and how to leave.</param>
    /// <returns>Whether every line was answered.</returns>
    public async Task<bool> TalkAsync(TextReader input, bool prompts, CancellationToken cancellationToken)
    {
        bool allAnswered = true;
        if (prompts)
        {
            _output.MarkupLine("[grey]Ctrl+D or Ctrl+C leaves the chat.[/]");
        }

        while (true)
        {
            if (prompts)
            {
                _output.Markup("[grey]>[/] ");
            }

            // Reading a console cannot be cancelled: the wait for it can.
            string? line = await Task.Run(input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
            if (line is null)
            {
                if (prompts)
                {
                    _output.WriteLine();
                }

                return allAnswered;
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            Exchange exchange = await SendAsync(line, cancellationToken);
            if (exchange.Timeline is { } timeline)
            {
                _output.MarkupLineInterpolated($"[grey]  {TimelineTable.Text(timeline.Total)}{(timeline.IsCold ? ", cold" : "")}[/]");
            }
            else
            {
                allAnswered = false;
                DropWaiting();
            }
        }
    }

    /// <summary>Sends a text and prints the reply or why there is none.</summary>
    private async Task<Exchange> SendAsync(string text, CancellationToken cancellationToken)
    {
        Exchange exchange = await _user.SendAsync(text, cancellationToken);
        if (exchange.Reply is { } reply)
        {
            // Not through the console's renderer, which would wrap it.
            await _output.Profile.Out.Writer.WriteLineAsync(reply.AsMemory(), cancellationToken);
        }
        else
        {
            _errors.WriteLine(exchange.Problem);
        }

        return exchange;
    }

    /// <summary>A message that waits to be tried again would hold up those that are typed next.</summary>
    private void DropWaiting()
    {
        if (_world.Jobs.Counts.Total > 0)
        {
            _world.Jobs.Purge();
            _errors.WriteLine("It was taken out of the queue, so that the chat can go on.");
        }
    }

    private void Show(LogRecord trouble) => _errors.WriteLine($"{trouble.FunctionName}: {trouble}");
}
