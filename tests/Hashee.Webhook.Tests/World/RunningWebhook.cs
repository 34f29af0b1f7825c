using System.Text;
using Hashee.Emulator;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Sqs;

namespace Hashee.Webhook.Tests.World;

/// <summary>The real binary behind the emulated Lambda, with the emulated SQS before it: one instance, one queue.</summary>
public sealed class RunningWebhook : IAsyncLifetime
{
    internal const string AgentId = "01JD4XAGENT000000000000001";
    internal const string Secret = "whsec-4f1d2c3b5a69788796a5b4c3d2e1f001";

    private static readonly TimeSpan Plenty = TimeSpan.FromSeconds(30);

    private readonly Func<SqsService, (string Name, string Value)[]> _settings;
    private readonly TimeSpan _timeout;
    private SqsService? _sqs;
    private SqsQueue? _queue;
    private LambdaFunction? _function;

    public RunningWebhook()
        : this(static _ => [], Plenty)
    {
    }

    private RunningWebhook(Func<SqsService, (string Name, string Value)[]> settings, TimeSpan timeout)
    {
        _settings = settings;
        _timeout = timeout;
    }

    internal LambdaFunction Function => _function!;

    internal SqsService Sqs => _sqs!;

    /// <summary>Every line that the function wrote.</summary>
    internal ObservedLog<OutputLine> Output { get; } = new();

    /// <summary>Every instance that could not start.</summary>
    internal ObservedLog<InitError> InitErrors { get; } = new();

    /// <param name="settings">Environment variables beside or in place of the usual ones.</param>
    internal static Task<RunningWebhook> StartAsync(params (string Name, string Value)[] settings) =>
        StartAsync(_ => settings);

    /// <param name="settings">Environment variables beside or in place of the usual ones.</param>
    /// <param name="timeout">How long one invocation may take; null for more than enough.</param>
    internal static async Task<RunningWebhook> StartAsync(
        Func<SqsService, (string Name, string Value)[]> settings, TimeSpan? timeout = null)
    {
        RunningWebhook webhook = new(settings, timeout ?? Plenty);
        await webhook.InitializeAsync();
        return webhook;
    }

    public async ValueTask InitializeAsync()
    {
        _sqs = await SqsService.StartAsync(new SqsOptions { Account = AwsAccount.CreateRandom() });
        _queue = _sqs.CreateQueue("jobs.fifo", new QueueSettings
        {
            DeduplicationScope = DeduplicationScope.MessageGroup,
            FifoThroughputLimit = FifoThroughputLimit.PerMessageGroupId,
        });
        Dictionary<string, string> environment = new()
        {
            ["HASHEE_AGENT_ID"] = AgentId,
            ["HASHEE_WEBHOOK_SECRET"] = Secret,
            ["JOBS_QUEUE_URL"] = _sqs.HttpUrl(_queue).ToString(),
        };
        foreach ((string name, string value) in _settings(_sqs))
        {
            environment[name] = value;
        }

        _function = new LambdaFunction(new LambdaFunctionOptions
        {
            Name = "webhook",
            BootstrapPath = Artifacts.Webhook,
            Account = _sqs.Account,
            Environment = environment,
            MaximumConcurrency = 1,
            Timeout = _timeout,
            Output = Output.Add,
        });
        _function.InitFailed += InitErrors.Add;
    }

    public async ValueTask DisposeAsync()
    {
        await _function!.DisposeAsync();
        await _sqs!.DisposeAsync();
    }

    internal Task<InvocationResult> InvokeAsync(byte[] payload) => Function.InvokeAsync(payload, TestContext.Current.CancellationToken);

    internal async Task<WebhookReply> CallAsync(WebhookCall call)
    {
        InvocationResult result = await InvokeAsync(call.ToEvent());
        Assert.True(result.Outcome == InvocationOutcome.Success, Encoding.UTF8.GetString(result.Payload.Span));
        return WebhookReply.Read(result.Payload);
    }

    /// <summary>Makes a call that has to be answered 200 and to be queued.</summary>
    /// <returns>What the queue holds now, taken out of it.</returns>
    internal async Task<ReceivedMessage> AcceptAsync(WebhookCall call)
    {
        WebhookReply reply = await CallAsync(call);
        Assert.Equal((200, "ok"), (reply.Status, reply.Body));
        return Assert.Single(TakeMessages());
    }

    /// <summary>Makes a call that has to be refused, with an error in Hashee's shape and nothing in the queue.</summary>
    /// <returns>The error's message.</returns>
    internal async Task<string> RefuseAsync(int status, string code, WebhookCall call)
    {
        WebhookReply reply = await CallAsync(call);
        (string actualCode, string message) = reply.ReadError();
        Assert.Equal((status, code), (reply.Status, actualCode));
        Assert.NotEmpty(message);
        Assert.Empty(TakeMessages());
        return message;
    }

    /// <summary>Empties the queue.</summary>
    internal IReadOnlyList<ReceivedMessage> TakeMessages()
    {
        List<ReceivedMessage> messages = [];
        while (_queue!.Receive(maximum: 10) is { Count: > 0 } received)
        {
            messages.AddRange(received);
            foreach (ReceivedMessage message in received)
            {
                _queue.Delete(message.ReceiptHandle);
            }
        }

        return messages;
    }
}
