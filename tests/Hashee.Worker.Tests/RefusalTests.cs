using System.Text;
using System.Text.Json.Nodes;
using Hashee.Agents.Platform;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Lambda;
using Hashee.Protocol;

namespace Hashee.Worker.Tests;

/// <summary>What can never be processed goes to the dead-letter queue with the reason, and its conversation goes on.</summary>
public class RefusalTests
{
    public static TheoryData<string, string> Bodies { get; } = new()
    {
        { "nothing", "x" },
        { "another JSON", """{"hello":"world"}""" },
        { "no event", """{"delivery_id":"d","received_at":"2026-05-15T10:24:11.123Z"}""" },
        { "an event without a type", """{"delivery_id":"d","received_at":"2026-05-15T10:24:11.123Z","event":{}}""" },
        { "a message without an envelope", """{"delivery_id":"d","received_at":"2026-05-15T10:24:11.123Z","event":{"type":"message.new","version":"v1","metadata":{"conversation_id":"c","sender_id":"s"}}}""" },
    };

    [Theory]
    [InlineData("unsupported_version")]
    [InlineData("malformed")]
    [InlineData("metadata_mismatch")]
    [InlineData("unknown_sender")]
    [InlineData("bad_signature")]
    [InlineData("not_a_recipient")]
    [InlineData("cannot_decrypt")]
    [InlineData("malformed_payload")]
    public async Task A_refused_delivery_is_set_aside_with_its_outcome_and_its_conversation_goes_on(string outcome)
    {
        await using Workbench bench = await Workbench.StartAsync();
        Delivery refused = Refusable(bench, outcome);
        string messageId = bench.Enqueue(refused);
        bench.Enqueue(bench.Text("and then?"));
        if (outcome is "unknown_sender" or "bad_signature")
        {
            Assert.Contains(messageId, (await bench.RunAsync()).FailedIds);
            bench.Advance(TimeSpan.FromSeconds(15));
        }

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        ReceivedMessage deadLetter = Assert.Single(bench.ReceiveDeadLetters());
        Assert.Equal(Workbench.BodyOf(refused), deadLetter.Body);
        Assert.Equal((bench.Conversation.Id, messageId), (deadLetter.GroupId, deadLetter.DeduplicationId));
        KeyValuePair<string, MessageAttribute> attribute = Assert.Single(deadLetter.Attributes);
        Assert.Equal(("outcome", "String", outcome), (attribute.Key, attribute.Value.DataType, attribute.Value.StringValue));
        Assert.Equal(["Echo: and then?"], bench.RepliesTo(bench.Conversation));
        Assert.Equal(outcome, Assert.Single(batch.Records("Delivery refused.")).GetProperty("outcome").GetString());
        Assert.Equal([1], batch.Metric("Refused"));
    }

    [Fact]
    public async Task A_refused_body_that_leaves_no_room_for_its_outcome_is_set_aside_without()
    {
        await using Workbench bench = await Workbench.StartAsync();
        string body = new('x', 1_048_576);
        bench.Enqueue(body, "group");

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        ReceivedMessage deadLetter = Assert.Single(bench.ReceiveDeadLetters());
        Assert.Equal(body, deadLetter.Body);
        Assert.Empty(deadLetter.Attributes);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_not_ours_is_set_aside_as_it_is(string description, string body)
    {
        Assert.NotEmpty(description);
        await using Workbench bench = await Workbench.StartAsync();
        string messageId = bench.Enqueue(body, "group");

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        ReceivedMessage deadLetter = Assert.Single(bench.ReceiveDeadLetters());
        Assert.Equal((body, "group", messageId), (deadLetter.Body, deadLetter.GroupId, deadLetter.DeduplicationId));
        Assert.Equal("not_a_delivery", deadLetter.Attributes["outcome"].StringValue);
    }

    [Theory]
    [InlineData("wire_envelope", "!!!!", "malformed")]
    [InlineData("wire_envelope", "", "malformed")]
    [InlineData("sender_id", "somebody-else", "metadata_mismatch")]
    [InlineData("conversation_id", "another-conversation", "metadata_mismatch")]
    public async Task An_event_that_does_not_fit_its_envelope_is_refused(string field, string value, string outcome)
    {
        await using Workbench bench = await Workbench.StartAsync();
        Delivery delivery = bench.Text("hello");
        JsonNode hasheeEvent = JsonNode.Parse(delivery.Body.Span)!;
        (field == "wire_envelope" ? hasheeEvent : hasheeEvent["metadata"]!)[field] = value;

        DeliveryResult result = await bench.ProcessAsync(delivery.WithBody(Encoding.UTF8.GetBytes(hasheeEvent.ToJsonString())));

        Assert.Equal(DeliveryResult.Refused(outcome), result);
        Assert.Empty(bench.Platform.Calls);
    }

    [Fact]
    public async Task No_key_is_fetched_for_a_sender_whose_id_is_no_path_segment()
    {
        await using Workbench bench = await Workbench.StartAsync();
        byte[] envelope = bench.Platform.Seal(bench.Conversation, "..", bench.User.Devices[0].SigningKey, EventJson.Text("hello"));

        DeliveryResult result = await bench.ProcessAsync(bench.Platform.Prepare(bench.Conversation, "..", envelope));

        Assert.Equal(DeliveryResult.Refused("unknown_sender"), result);
        Assert.Empty(bench.Platform.Calls);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("not JSON")]
    [InlineData("""{"type":"text"}""")]
    [InlineData("""{"type":"text","text":42}""")]
    [InlineData("""{"type":"text","text":"\ud800"}""")]
    public async Task A_payload_that_is_none_is_malformed(string payload)
    {
        await using Workbench bench = await Workbench.StartAsync();

        Assert.Equal(
            DeliveryResult.Refused("malformed_payload"), await bench.ProcessAsync(bench.Payload(Encoding.UTF8.GetBytes(payload))));
    }

    [Fact]
    public async Task Without_a_dead_letter_queue_a_refused_delivery_and_the_rest_of_its_group_stay_in_the_queue()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Queues = bench.QueuesWith(jobs: true, deadLetters: false);

        await RefuseAsync(bench, "A delivery to set aside stays in the queue: JOBS_DEAD_LETTER_QUEUE_URL is missing.");
    }

    [Theory]
    [InlineData(nameof(SqsAvailability.Unavailable))]
    [InlineData(nameof(SqsAvailability.Unreachable))]
    public async Task When_the_dead_letter_queue_is_away_a_refused_delivery_and_the_rest_of_its_group_stay_in_the_queue(string availability)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.SetSqsAvailability(Enum.Parse<SqsAvailability>(availability));

        await RefuseAsync(bench, "A delivery to set aside stays in the queue: the dead-letter queue did not take it.");
    }

    [Fact]
    public async Task A_refused_delivery_that_is_set_aside_twice_is_there_once()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Enqueue("x", "group");
        IReadOnlyList<ReceivedMessage> received = bench.Jobs.Receive();
        (ReadOnlyMemory<byte> payload, _) = Emulator.Lambda.SqsEvent.Write(received, bench.Jobs.Arn, bench.Jobs.Region);
        QueueBatches handler = bench.NewHandler();

        Assert.Empty(await Task.Run(() => Workbench.Invoke(handler, payload, TimeSpan.FromMinutes(1))));
        Assert.Empty(await Task.Run(() => Workbench.Invoke(handler, payload, TimeSpan.FromMinutes(1))));

        Assert.Equal(1, bench.DeadLetters.Counts.Total);
    }

    private static async Task RefuseAsync(Workbench bench, string error)
    {
        Conversation other = bench.AddConversation();
        string refused = bench.Enqueue("x", bench.Conversation.Id);
        string behind = bench.Enqueue(bench.Text("behind"));
        bench.Enqueue(bench.Text("elsewhere", other), other.Id);

        Batch batch = await bench.RunAsync();

        Assert.Equal([refused, behind], batch.FailedIds);
        Assert.Equal(refused, Assert.Single(batch.Records(error)).GetProperty("messageId").GetString());
        Assert.Empty(bench.RepliesTo(bench.Conversation));
        Assert.Equal(["Echo: elsewhere"], bench.RepliesTo(other));
        Assert.Equal(0, bench.DeadLetters.Counts.Total);
        Assert.Empty(batch.Metric("Refused"));
        Assert.Equal([2], batch.Metric("LeftInQueue"));
    }

    /// <summary>A delivery that has to end with an outcome, everything else about it good.</summary>
    private static Delivery Refusable(Workbench bench, string outcome)
    {
        HasheePlatform platform = bench.Platform;
        Conversation conversation = bench.Conversation;
        Device device = bench.User.Devices[0];
        byte[] good = platform.Seal(conversation, bench.User.Id, device.SigningKey, EventJson.Text("hello"));
        switch (outcome)
        {
            case "unsupported_version":
                good[3]++;
                return platform.Prepare(conversation, bench.User.Id, good);
            case "malformed":
                return platform.Prepare(conversation, bench.User.Id, good.AsSpan(..^1));
            case "metadata_mismatch":
                return platform.Prepare(conversation, platform.AddUser().Id, good);
            case "unknown_sender":
                byte[] stranger = platform.Seal(conversation, "nobody", device.SigningKey, EventJson.Text("hello"));
                return platform.Prepare(conversation, "nobody", stranger);
            case "bad_signature":
                good[^100]++;
                return platform.Prepare(conversation, bench.User.Id, good);
            case "not_a_recipient":
                return platform.Prepare(conversation, bench.User.Id, SealTo(new Recipient(bench.User.Id, device.DecryptionKey.PublicKey)));
            case "cannot_decrypt":
                return platform.Prepare(conversation, bench.User.Id, SealTo(new Recipient(bench.Agent.Id, device.DecryptionKey.PublicKey)));
            case "malformed_payload":
                return bench.Payload("[]"u8);
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome));
        }

        byte[] SealTo(Recipient recipient) =>
            EnvelopeWriter.Seal(bench.User.Id, conversation.Id, "message", 0, [recipient], EventJson.Text("hello"), device.SigningKey);
    }
}
