using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Lambda;

/// <summary>
/// Hands the messages of a queue to a function, batch by batch, and deletes those that succeeded. What failed stays in flight until
/// its visibility timeout is over. In a FIFO queue that blocks its group, so a group is in one batch at a time.
/// </summary>
internal sealed class EventSourceMapping : IAsyncDisposable
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(20);

    private readonly SqsQueue _queue;
    private readonly LambdaFunction _function;
    private readonly EventSourceMappingOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _pollers = [];

    /// <summary>Sets the mapping up; <see cref="Start"/> starts to poll. Queue and function stay the caller's.</summary>
    /// <exception cref="ArgumentException">
    /// What Lambda would refuse: a limit out of range, or a visibility timeout shorter than the function's timeout.
    /// </exception>
    public EventSourceMapping(SqsQueue queue, LambdaFunction function, EventSourceMappingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchSize, 10);
        if (options.MaximumConcurrency is < 2 or > 1_000)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaximumConcurrency, "MaximumConcurrency must be between 2 and 1000.");
        }

        if (queue.Settings.VisibilityTimeout < function.Timeout)
        {
            throw new ArgumentException(
                $"Queue visibility timeout: {queue.Settings.VisibilityTimeout.TotalSeconds} seconds is less than Function timeout: {function.Timeout.TotalSeconds} seconds",
                nameof(queue));
        }

        _queue = queue;
        _function = function;
        _options = options;
    }

    /// <summary>Raised when a batch is done with, on whatever thread that happens.</summary>
    public event Action<BatchRecord>? BatchCompleted;

    /// <summary>Starts to poll.</summary>
    public void Start()
    {
        int pollers = Math.Min(_options.MaximumConcurrency ?? int.MaxValue, _function.MaximumConcurrency);
        _pollers.AddRange(Enumerable.Range(0, pollers).Select(_ => Task.Run(PollAsync)));
    }

    /// <summary>Stops to poll and to wait. Messages of batches that still run stay in flight.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_pollers);
        _stop.Dispose();
    }

    private async Task PollAsync()
    {
        try
        {
            while (true)
            {
                IReadOnlyList<ReceivedMessage> messages = await _queue.ReceiveAsync(_options.BatchSize, wait: LongPoll, cancellationToken: _stop.Token);
                await HandOverAsync(messages);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>Runs the function over what was received: one batch, or several when one event has no room for all of it.</summary>
    private async Task HandOverAsync(IReadOnlyList<ReceivedMessage> messages)
    {
        while (messages.Count > 0)
        {
            (ReadOnlyMemory<byte> payload, int count) = SqsEvent.Write(messages, _queue.Arn, _queue.Region, _options.CamelCase);
            ReceivedMessage[] batch = [.. messages.Take(count)];
            HashSet<string?> failedGroups = await RunAsync(batch, payload);

            // A FIFO group whose message failed must not go on in the next batch.
            messages = [.. messages.Skip(count).Where(message => !_queue.IsFifo || !failedGroups.Contains(message.GroupId))];
        }
    }

    /// <returns>The groups of the messages that failed.</returns>
    private async Task<HashSet<string?>> RunAsync(ReceivedMessage[] batch, ReadOnlyMemory<byte> payload)
    {
        InvocationResult result = await _function.InvokeAsync(payload, _stop.Token);
        string[] messageIds = [.. batch.Select(static message => message.MessageId)];
        IReadOnlyCollection<string> failed = messageIds;
        string? reason = result.Outcome switch
        {
            InvocationOutcome.Throttled => "The function was throttled.",
            InvocationOutcome.FunctionError => Describe(LambdaError.Read(result.Payload)),
            _ when _options.ReportBatchItemFailures => BatchResponse.Read(result.Payload, messageIds, out failed),
            _ => null,
        };
        if (result.Outcome == InvocationOutcome.Success && !_options.ReportBatchItemFailures)
        {
            failed = [];
        }

        foreach (ReceivedMessage message in batch.Where(message => !failed.Contains(message.MessageId)))
        {
            Delete(message);
        }

        BatchCompleted?.Invoke(new BatchRecord(result.RequestId, messageIds, [.. failed], reason));
        return [.. batch.Where(message => failed.Contains(message.MessageId)).Select(static message => message.GroupId)];
    }

    private static string Describe((string Type, string Message) error) => $"The function failed: {error.Type}: {error.Message}";

    private void Delete(ReceivedMessage message)
    {
        try
        {
            _queue.Delete(message.ReceiptHandle);
        }
        catch (SqsException)
        {
            // The function took longer than the visibility timeout: the message comes again.
        }
    }
}
