using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Sqs;
using Hashee.Emulator.Tests.Sqs;

namespace Hashee.Emulator.Tests.Lambda;

public sealed class EventSourceMappingTests : IAsyncLifetime
{
    private static readonly EventSourceMappingOptions Partial = new() { ReportBatchItemFailures = true };

    private readonly ManualClock _clock = new();
    private readonly PlayedFunction _played = new();
    private readonly ObservedLog<BatchRecord> _batches = new();
    private readonly List<EventSourceMapping> _mappings = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (EventSourceMapping mapping in _mappings)
        {
            await mapping.DisposeAsync();
        }

        await _played.DisposeAsync();
    }

    [Fact]
    public async Task A_message_becomes_a_record_of_the_documented_shape()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        SendResult sent = queue.Send(new OutgoingMessage("""{"text":"ä"}""")
        {
            GroupId = "conversation",
            DeduplicationId = "delivery",
            Attributes = new Dictionary<string, MessageAttribute>
            {
                ["outcome"] = MessageAttribute.FromString("malformed"),
                ["data"] = new("Binary", null, [1, 2, 3]),
            },
        });
        TaskCompletionSource<JsonNode> received = new();
        _played.Play(body =>
        {
            received.SetResult(JsonNode.Parse(body)!);
            return "{}";
        });

        Map(queue, Partial);

        JsonNode record = Assert.Single((await received.Task)["Records"]!.AsArray())!;
        Assert.Equal(sent.MessageId, Text(record, "messageId"));
        Assert.NotEmpty(Text(record, "receiptHandle"));
        Assert.Equal("""{"text":"ä"}""", Text(record, "body"));
        Assert.Equal(sent.Md5OfBody, Text(record, "md5OfBody"));
        Assert.Equal("aws:sqs", Text(record, "eventSource"));
        Assert.Equal("arn:aws:sqs:eu-central-1:123456789012:jobs.fifo", Text(record, "eventSourceARN"));
        Assert.Equal("eu-central-1", Text(record, "awsRegion"));
        JsonNode attributes = record["attributes"]!;
        Assert.Equal("conversation", Text(attributes, "MessageGroupId"));
        Assert.Equal("delivery", Text(attributes, "MessageDeduplicationId"));
        Assert.Equal(sent.SequenceNumber, Text(attributes, "SequenceNumber"));
        Assert.Equal("1", Text(attributes, "ApproximateReceiveCount"));
        JsonNode messageAttributes = record["messageAttributes"]!;
        Assert.Equal("malformed", Text(messageAttributes["outcome"]!, "stringValue"));
        Assert.Equal("String", Text(messageAttributes["outcome"]!, "dataType"));
        Assert.Equal("AQID", Text(messageAttributes["data"]!, "binaryValue"));
    }

    [Fact]
    public async Task As_a_test_tool_writes_it_the_names_of_an_event_are_in_camel_case()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send(new OutgoingMessage("text") { GroupId = "conversation", DeduplicationId = "delivery" });
        TaskCompletionSource<JsonNode> received = new();
        _played.Play(body =>
        {
            received.SetResult(JsonNode.Parse(body)!);
            return "{}";
        });

        Map(queue, Partial with { CamelCase = true });

        KeyValuePair<string, JsonNode?> records = Assert.Single((await received.Task).AsObject());
        JsonNode record = Assert.Single(records.Value!.AsArray())!;
        Assert.Equal("records", records.Key);
        Assert.All(record.AsObject(), static member => Assert.Matches("^[a-z]+([A-Z5][a-z]+|5[A-Z][a-z]+)*$", member.Key));
        Assert.Equal("arn:aws:sqs:eu-central-1:123456789012:jobs.fifo", Text(record, "eventSourceArn"));
        Assert.Equal("conversation", Text(record["attributes"]!, "MessageGroupId"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"batchItemFailures":null}""")]
    [InlineData("""{"batchItemFailures":[]}""")]
    public async Task A_response_without_failures_deletes_the_whole_batch(string response)
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "1");
        queue.Send("a", "2");
        _played.Play(_ => response);

        Map(queue, Partial);

        BatchRecord batch = await _batches.WaitAsync(static _ => true, Cancellation);
        Assert.Equal(2, batch.MessageIds.Count);
        Assert.Empty(batch.FailedMessageIds);
        Assert.Equal(0, queue.Counts.Total);
    }

    [Fact]
    public async Task Only_the_messages_that_failed_stay_and_come_again()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        string failed = queue.Send("a", "bad").MessageId;
        queue.Send("b", "good");
        _played.Play(_ => Failures(failed));

        Map(queue, Partial);

        BatchRecord first = await _batches.WaitAsync(static _ => true, Cancellation);
        Assert.Equal([failed], first.FailedMessageIds);
        Assert.Null(first.Reason);
        Assert.Equal(new QueueCounts(0, 1, 0), queue.Counts);

        _clock.Advance(queue.Settings.VisibilityTimeout);
        IReadOnlyList<BatchRecord> both = await _batches.WaitAsync(static _ => true, 2, Cancellation);
        Assert.Equal([failed], both[1].MessageIds);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("17")]
    [InlineData("""{"batchItemFailures":17}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"unknown"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"id":"x"}]}""")]
    public async Task A_response_that_is_no_partial_batch_response_fails_the_whole_batch(string response)
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "1");
        queue.Send("b", "2");
        _played.Play(_ => response);

        Map(queue, Partial);

        BatchRecord batch = await _batches.WaitAsync(static _ => true, Cancellation);
        Assert.Equal(batch.MessageIds, batch.FailedMessageIds);
        Assert.NotNull(batch.Reason);
        Assert.Equal(2, queue.Counts.Total);
    }

    [Fact]
    public async Task Without_partial_responses_any_response_deletes_the_batch()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        string message = queue.Send("a", "1").MessageId;
        _played.Play(_ => Failures(message));

        Map(queue, new EventSourceMappingOptions());

        await _batches.WaitAsync(static _ => true, Cancellation);
        Assert.Equal(0, queue.Counts.Total);
    }

    [Fact]
    public async Task An_error_of_the_function_fails_the_whole_batch()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "1");
        Map(queue, Partial);
        RuntimeClient runtime = await _played.InstanceAsync();
        RuntimeClient.Event next = await runtime.NextAsync(Cancellation);

        await runtime.FailAsync(next.RequestId, """{"errorType":"Boom","errorMessage":""}""");

        BatchRecord batch = await _batches.WaitAsync(static _ => true, Cancellation);
        Assert.Equal(batch.MessageIds, batch.FailedMessageIds);
        Assert.Equal(new QueueCounts(0, 1, 0), queue.Counts);
    }

    [Fact]
    public async Task A_worker_that_is_killed_in_the_middle_of_a_batch_loses_nothing()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "1");
        queue.Send("a", "2");
        Map(queue, Partial);
        await (await _played.InstanceAsync()).NextAsync(Cancellation);

        Assert.True(_played.Function.KillInstance(Assert.Single(_played.Function.Instances).InstanceId));
        await _batches.WaitAsync(static _ => true, Cancellation);
        _clock.Advance(queue.Settings.VisibilityTimeout);

        RuntimeClient.Event again = await (await _played.InstanceAsync()).NextAsync(Cancellation);
        Assert.Equal(["1", "2"], Bodies(again.Body));
    }

    [Fact]
    public async Task A_group_is_in_one_batch_at_a_time_while_another_group_runs()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        queue.Send("a", "a1");
        Map(queue, Partial);
        RuntimeClient first = await _played.InstanceAsync();
        RuntimeClient.Event batchA = await first.NextAsync(Cancellation);

        queue.Send("a", "a2");
        queue.Send("b", "b1");
        RuntimeClient second = await _played.InstanceAsync();
        RuntimeClient.Event batchB = await second.NextAsync(Cancellation);
        Assert.Equal(["b1"], Bodies(batchB.Body));

        await first.RespondAsync(batchA.RequestId, "{}");
        Assert.Equal(["a2"], Bodies((await first.NextAsync(Cancellation)).Body));
    }

    [Fact]
    public async Task No_more_batches_run_than_the_mapping_allows()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        foreach (string group in (string[])["a", "b", "c"])
        {
            queue.Send(group, group);
        }

        Map(queue, new EventSourceMappingOptions { BatchSize = 1, MaximumConcurrency = 2 });
        RuntimeClient first = await _played.InstanceAsync();
        RuntimeClient.Event running = await first.NextAsync(Cancellation);
        await (await _played.InstanceAsync()).NextAsync(Cancellation);

        Assert.Equal(new QueueCounts(1, 2, 0), queue.Counts);
        await first.RespondAsync(running.RequestId, "{}");
        Assert.Equal(["c"], Bodies((await first.NextAsync(Cancellation)).Body));
    }

    [Fact]
    public async Task Two_hundred_messages_of_twenty_groups_arrive_once_each_and_in_order()
    {
        SqsQueue queue = Queues.Fifo(TimeProvider.System);
        for (int i = 0; i < 200; i++)
        {
            queue.Send($"group-{i % 20}", $"{i % 20} {i / 20}");
        }

        ConcurrentQueue<string> arrived = new();
        _played.Play(body =>
        {
            foreach (string text in Bodies(body))
            {
                arrived.Enqueue(text);
            }

            return "{}";
        });

        Map(queue, Partial);
        await queue.WhenAsync(static counts => counts.Total == 0, Cancellation);

        Assert.Equal(200, arrived.Count);
        Assert.All(
            arrived.Select(static text => text.Split(' ')).GroupBy(static pair => pair[0], static pair => pair[1]),
            static group => Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], group));
    }

    [Fact]
    public async Task Messages_that_do_not_fit_into_one_event_come_in_the_next_one()
    {
        SqsQueue queue = Queues.Fifo(_clock);
        for (int i = 0; i < 7; i++)
        {
            queue.Send("a", $"{i}{new string('x', 1_000_000)}");
        }

        _played.Play(static _ => "{}");
        Map(queue, Partial);

        IReadOnlyList<BatchRecord> batches = await _batches.WaitAsync(static _ => true, 2, Cancellation);
        Assert.Equal([6, 1], batches.Select(static batch => batch.MessageIds.Count));
        Assert.Equal(0, queue.Counts.Total);
    }

    [Fact]
    public async Task A_group_that_failed_does_not_go_on_in_the_next_event_of_the_same_receive()
    {
        await using PlayedFunction onePoller = new(static options => options with { MaximumConcurrency = 1 });
        SqsQueue queue = Queues.Fifo(_clock);
        string failed = queue.Send("a", new string('x', 1_000_000)).MessageId;
        for (int i = 0; i < 6; i++)
        {
            queue.Send("a", new string('x', 1_000_000));
        }

        onePoller.Play(body => body.Contains(failed, StringComparison.Ordinal) ? Failures(failed) : "{}");
        Map(queue, Partial, onePoller.Function);
        await _batches.WaitAsync(static _ => true, Cancellation);
        string marker = queue.Send("b", "marker").MessageId;

        IReadOnlyList<BatchRecord> batches = await _batches.WaitAsync(static _ => true, 2, Cancellation);
        Assert.Equal([marker], batches[1].MessageIds);
        Assert.Equal(new QueueCounts(0, 2, 0), queue.Counts);
    }

    [Fact]
    public async Task A_message_that_keeps_failing_ends_in_the_dead_letter_queue()
    {
        (SqsQueue queue, SqsQueue deadLetters) = Queues.FifoWithDeadLetters(_clock, maxReceiveCount: 2);
        string failed = queue.Send("a", "bad").MessageId;
        queue.Send("a", "good");
        _played.Play(body => body.Contains(failed, StringComparison.Ordinal) ? Failures(failed) : "{}");

        Map(queue, Partial with { BatchSize = 1 });
        await _batches.WaitAsync(static _ => true, 1, Cancellation);
        _clock.Advance(queue.Settings.VisibilityTimeout);
        await _batches.WaitAsync(static _ => true, 2, Cancellation);
        _clock.Advance(queue.Settings.VisibilityTimeout);
        await queue.WhenAsync(static counts => counts.Total == 0, Cancellation);

        Assert.Equal(["bad"], deadLetters.ReceiveBodies());
    }

    [Fact]
    public void A_visibility_timeout_shorter_than_the_timeout_of_the_function_is_refused()
    {
        SqsQueue queue = Queues.Fifo(_clock, new QueueSettings { VisibilityTimeout = TimeSpan.FromSeconds(2) });

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Map(queue, Partial));

        Assert.Contains("Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(11, null)]
    [InlineData(10, 1)]
    [InlineData(10, 1001)]
    public void Limits_out_of_range_are_refused(int batchSize, int? maximumConcurrency) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        Map(Queues.Fifo(_clock), new EventSourceMappingOptions { BatchSize = batchSize, MaximumConcurrency = maximumConcurrency }));

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static string Failures(string messageId) => $$"""{"batchItemFailures":[{"itemIdentifier":"{{messageId}}"}]}""";

    private static string[] Bodies(string payload) =>
        [.. JsonNode.Parse(payload)!["Records"]!.AsArray().Select(static record => Text(record!, "body"))];

    private void Map(SqsQueue queue, EventSourceMappingOptions options, LambdaFunction? function = null)
    {
        EventSourceMapping mapping = new(queue, function ?? _played.Function, options);
        mapping.BatchCompleted += _batches.Add;
        _mappings.Add(mapping);
        mapping.Start();
    }
}
