using System.Text;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Protocol;

namespace Hashee.Emulator.Terminal;

/// <summary>A user of a <see cref="LocalWorld"/> who writes to its agent in one conversation.</summary>
internal sealed class LocalUser
{
    /// <summary>How long nobody likes to wait without knowing for what.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RehearsalPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long what a function wrote may be on its way to be read.</summary>
    private static readonly TimeSpan OutputDelay = TimeSpan.FromSeconds(1);

    private readonly LocalWorld _world;

    public LocalUser(LocalWorld world)
    {
        _world = world;
        Conversation = world.Platform.AddConversation(world.Agent, world.Platform.AddUser());
    }

    public Conversation Conversation { get; }

    public Device Device => Conversation.Users[0].Devices[0];

    /// <summary>A step that takes longer is told of.</summary>
    public TimeSpan Silence { get; init; } = LongestSilence;

    /// <summary>Is told, for people, what takes long.</summary>
    public Action<string> Progress { get; init; } = static _ => { };

    /// <summary>How long the functions may take with a message, their starts included.</summary>
    private TimeSpan Patience => _world.Webhook.Timeout + _world.Worker.Timeout + (2 * LambdaFunctionOptions.LongestInit);

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
        await SaidWhenLongAsync(
            Task.WhenAny(
                SettleAsync(platform.Prepare(conversation, _world.Agent.Id, envelope), patience.Token),
                _world.InitErrors.WaitAsync(static _ => true, patience.Token)),
            "Starting both functions once …");
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        await _world.Webhook.RecycleAsync();
        await _world.Worker.RecycleAsync();
    }

    /// <summary>Sends a text and waits for what comes of it.</summary>
    public async Task<Exchange> SendAsync(string text, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        IReadOnlyList<InitError> earlier = _world.InitErrors.Entries;
        Delivery delivery = _world.Platform.Prepare(Conversation, Device, EventJson.Text(text));
        Task<InitError> died = _world.InitErrors.WaitAsync(error => !earlier.Contains(error), patience.Token);
        Task<AgentMessage> replied = _world.Platform.WaitForReplyAsync(delivery, patience.Token);
        Task<SentMessage> queued = _world.Sent.WaitAsync(sent => sent.DeduplicationId == delivery.Id, patience.Token);
        Task<BatchRecord> failed = FailAsync(queued, patience.Token);
        Task<bool> settled = SettleAsync(delivery, patience.Token);
        Task<Task> ended = Task.WhenAny(died, replied, failed, settled);
        try
        {
            await SaidWhenLongAsync(Task.WhenAny(queued, ended), Waiting("webhook", _world.Webhook.Timeout));
            await SaidWhenLongAsync(ended, Waiting("worker", _world.Worker.Timeout));
            await await ended;
            List<AgentMessage> parts = FindReply(delivery);
            if (parts.Count > 0)
            {
                MessageTimeline timeline = await MessageTimeline.OfAsync(_world, delivery, parts[0], patience.Token);
                return Exchange.Answered(Join(FindReply(delivery)), timeline);
            }

            return died.IsCompletedSuccessfully ? Exchange.Failed(died.Result.ToString())
                : !queued.IsCompletedSuccessfully ? Exchange.Failed(ExplainWebhook(delivery))
                : await ExplainWorkerAsync(delivery, queued.Result, failed.IsCompletedSuccessfully ? failed.Result : null, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string stage = queued.IsCompletedSuccessfully ? "The message is in the queue, and the worker has not answered it." : ExplainWebhook(delivery);
            return Exchange.Failed($"No reply within {Patience.TotalSeconds} s. {stage}");
        }
        finally
        {
            await patience.CancelAsync();
        }

        static string Waiting(string function, TimeSpan timeout) => $"Waiting for the {function}, which may take {timeout.TotalSeconds} s …";
    }

    /// <summary>Waits for a step, and tells what it is when that takes long.</summary>
    private async Task SaidWhenLongAsync(Task step, string what)
    {
        if (await Task.WhenAny(step, Task.Delay(Silence)) != step)
        {
            Progress(what);
            await step;
        }
    }

    /// <summary>Delivers, and waits until the worker is done with the message.</summary>
    private async Task<bool> SettleAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        bool accepted = await _world.Platform.DeliverAsync(delivery, cancellationToken);
        await _world.Jobs.WhenAsync(static counts => counts.Total == 0, cancellationToken);
        return accepted;
    }

    /// <summary>Waits until the worker has given the message back.</summary>
    private async Task<BatchRecord> FailAsync(Task<SentMessage> queued, CancellationToken cancellationToken)
    {
        string id = (await queued).MessageId;
        return await _world.Batches.WaitAsync(batch => batch.FailedMessageIds.Contains(id), cancellationToken);
    }

    private static string ExplainWebhook(Delivery delivery) => delivery.Attempts is [.., { } last]
        ? $"The webhook did not accept the message: {last.Status?.ToString() ?? ""} {last.Answer}".Trim()
        : "The webhook has not answered yet.";

    private async Task<Exchange> ExplainWorkerAsync(
        Delivery delivery, SentMessage queued, BatchRecord? failure, CancellationToken cancellationToken)
    {
        bool isSetAside = _world.Sent.Entries.Any(sent => sent.QueueName == _world.DeadLetters.Name && sent.DeduplicationId == queued.MessageId);
        if (failure is null && !isSetAside)
        {
            return Exchange.Failed("The agent took the message and gave no reply.");
        }

        if (failure is { Reason: { } reason })
        {
            return Exchange.Failed($"The message is still in the queue, to be tried again. {reason}");
        }

        return Exchange.Failed(
            isSetAside
                ? $"The worker has given the message up: it is in the dead-letter queue.{TellApology(delivery)}"
                : "The message is still in the queue, to be tried again.",
            await FindTroublesAsync(queued.MessageId, cancellationToken));
    }

    /// <summary>What the worker's log says about a message that it could not answer.</summary>
    private async Task<IReadOnlyList<LogRecord>> FindTroublesAsync(string messageId, CancellationToken cancellationToken)
    {
        using CancellationTokenSource delay = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        delay.CancelAfter(OutputDelay);
        try
        {
            await _world.Troubles.WaitAsync(IsAboutIt, delay.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It says nothing.
        }

        return [.. _world.Troubles.Entries.Where(record => IsAboutIt(record))];

        bool IsAboutIt(LogRecord record) => record.Fields.GetValueOrDefault("messageId") == messageId;
    }

    /// <summary>Each message on lines of its own; what was cut because it was too long for one is put together again.</summary>
    private static string Join(IReadOnlyList<AgentMessage> messages)
    {
        StringBuilder text = new();
        foreach (AgentMessage message in messages)
        {
            text.Append(message.Text);
            if (message != messages[^1] && message.Text?.Length < ReplyParts.MaxLength / 2)
            {
                text.AppendLine();
            }
        }

        return text.ToString();
    }

    /// <summary>What the agent told the user about a message that it could not answer; empty when it said nothing.</summary>
    private string TellApology(Delivery delivery)
    {
        string expected = ClientMessageId.ForApology(delivery.MessageId!, part: 0);
        return _world.Platform.Messages.FirstOrDefault(message => message.ClientMessageId == expected)?.Text is { } apology
            ? $"{Environment.NewLine}The user got: {apology}"
            : "";
    }

    /// <summary>The parts of the reply that are there, told by their client message ids.</summary>
    private List<AgentMessage> FindReply(Delivery delivery)
    {
        ILookup<string?, AgentMessage> messages = _world.Platform.Messages.ToLookup(static message => message.ClientMessageId);
        List<AgentMessage> parts = [];
        while (messages[ClientMessageId.For(delivery.MessageId!, parts.Count)].FirstOrDefault() is { } part)
        {
            parts.Add(part);
        }

        return parts;
    }
}
