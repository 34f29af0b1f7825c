using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Protocol;
using Spectre.Console;

namespace Hashee.Emulator.Terminal;

/// <summary>A user of the terminal who writes to the agent of a <see cref="LocalWorld"/>.</summary>
internal sealed class Chat
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RehearsalPatience = TimeSpan.FromSeconds(5);

    private readonly LocalWorld _world;
    private readonly Conversation _conversation;
    private readonly IAnsiConsole _output;
    private readonly TextWriter _errors;

    /// <param name="output">Gets replies and times.</param>
    /// <param name="errors">Gets the reasons for missing replies.</param>
    public Chat(LocalWorld world, IAnsiConsole output, TextWriter errors)
    {
        _world = world;
        _conversation = world.Platform.AddConversation(world.Agent, world.Platform.AddUser());
        _output = output;
        _errors = errors;
    }

    /// <summary>
    /// Sends a message of the agent itself, which the worker ignores, and stops both functions again: then the emulator's own
    /// code is compiled, and the times of what follows are those of the functions.
    /// </summary>
    public async Task RehearseAsync(CancellationToken cancellationToken)
    {
        HasheePlatform platform = _world.Platform;
        Conversation conversation = platform.AddConversation(_world.Agent, platform.AddUser());
        byte[] envelope = platform.Seal(conversation, _world.Agent.Id, _world.Agent.SigningKey, EventJson.Text("rehearsal"));
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(RehearsalPatience);
        await Task.WhenAny(
            SettleAsync(platform.Prepare(conversation, _world.Agent.Id, envelope), patience.Token),
            _world.InitErrors.WaitAsync(static _ => true, patience.Token));
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        await _world.Webhook.RecycleAsync();
        await _world.Worker.RecycleAsync();
    }

    /// <summary>Sends a text to functions that are not running yet and again to the running ones; prints the reply and where the time went.</summary>
    /// <returns>Whether both were answered.</returns>
    public async Task<bool> SendColdAndWarmAsync(string text, CancellationToken cancellationToken)
    {
        if (await SendAsync(text, cancellationToken) is not { Timeline: { } cold })
        {
            return false;
        }

        Exchange second = await ExchangeAsync(text, cancellationToken);
        if (second is not { Timeline: { } warm })
        {
            ShowProblem(second);
            return false;
        }

        _output.WriteLine();
        _output.Write(TimelineTable.Of(cold, warm));
        return true;
    }

    /// <summary>Sends every line until the input ends; prints each reply and how long it took.</summary>
    /// <param name="prompts">Whether somebody types: shows a prompt.</param>
    /// <returns>Whether every line was answered.</returns>
    public async Task<bool> TalkAsync(TextReader input, bool prompts, CancellationToken cancellationToken)
    {
        bool allAnswered = true;
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

            allAnswered &= exchange.Problem is null;
        }
    }

    /// <summary>Sends a text and prints the reply or why there is none.</summary>
    private async Task<Exchange> SendAsync(string text, CancellationToken cancellationToken)
    {
        Exchange exchange = await ExchangeAsync(text, cancellationToken);
        if (exchange.Reply is { } reply)
        {
            // Not through the console's renderer, which would wrap it.
            await _output.Profile.Out.Writer.WriteLineAsync(reply.AsMemory(), cancellationToken);
        }
        else
        {
            ShowProblem(exchange);
        }

        return exchange;
    }

    private void ShowProblem(Exchange exchange) => _errors.WriteLine(exchange.Problem);

    private async Task<Exchange> ExchangeAsync(string text, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        Delivery delivery = _world.Platform.Prepare(_conversation, _conversation.Users[0].Devices[0], EventJson.Text(text));
        Task<InitError> died = _world.InitErrors.WaitAsync(static _ => true, patience.Token);
        Task<AgentMessage> replied = _world.Platform.WaitForReplyAsync(delivery, patience.Token);
        Task<bool> settled = SettleAsync(delivery, patience.Token);
        try
        {
            await await Task.WhenAny(died, replied, settled);
            List<AgentMessage> parts = FindReply(delivery);
            if (parts.Count > 0)
            {
                MessageTimeline timeline = await MessageTimeline.OfAsync(_world, delivery, parts[0], patience.Token);
                return new Exchange(string.Concat(FindReply(delivery).Select(static part => part.Text)), timeline, Problem: null);
            }

            return new Exchange(Reply: null, Timeline: null, died.IsCompletedSuccessfully ? died.Result.ToString() : Explain(delivery));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Exchange(Reply: null, Timeline: null, $"No reply within {Patience.TotalSeconds} s. {Explain(delivery)}");
        }
        finally
        {
            await patience.CancelAsync();
        }
    }

    /// <summary>Delivers, and waits until the worker is done with the message.</summary>
    private async Task<bool> SettleAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        bool accepted = await _world.Platform.DeliverAsync(delivery, cancellationToken);
        await _world.Jobs.WhenAsync(static counts => counts.Total == 0, cancellationToken);
        return accepted;
    }

    private string Explain(Delivery delivery)
    {
        if (!delivery.IsAccepted)
        {
            return delivery.Attempts is [.., { } last]
                ? $"The webhook did not accept the message: {last.Status?.ToString() ?? ""} {last.Answer}".Trim()
                : "The webhook has not answered yet.";
        }

        return _world.Sent.Entries.Any(IsRefusal) ? "The worker refused the message: it is in the dead-letter queue."
            : _world.Jobs.Counts.Total > 0 ? "The message is in the queue, the worker has not answered it. --logs shows what it says."
            : "The agent took the message and gave no reply.";
    }

    private bool IsRefusal(SentMessage message) => message.QueueName == _world.DeadLetters.Name && message.GroupId == _conversation.Id;

    /// <summary>The parts of the reply that are there, told by their client message ids.</summary>
    private List<AgentMessage> FindReply(Delivery delivery)
    {
        ILookup<string?, AgentMessage> messages = _world.Platform.Messages.ToLookup(static message => message.ClientMessageId);
        List<AgentMessage> parts = [];
        while (messages[ClientMessageId.For(delivery.Id, parts.Count)].FirstOrDefault() is { } part)
        {
            parts.Add(part);
        }

        return parts;
    }
}
