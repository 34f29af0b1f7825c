using System.Text;
using System.Text.Json.Nodes;
using Hashee.Emulator.Platform;
using Hashee.Emulator.Sqs;
using Hashee.Protocol;

namespace Hashee.EndToEnd.Tests;

/// <summary>Messages that can never be answered.</summary>
[Trait("Binaries", "any")]
public class RefusalTests
{
    [Theory]
    [InlineData("unsupported_version")]
    [InlineData("malformed")]
    [InlineData("metadata_mismatch")]
    [InlineData("unknown_sender")]
    [InlineData("bad_signature")]
    [InlineData("not_a_recipient")]
    [InlineData("malformed_payload")]
    public async Task A_tampered_envelope_is_in_the_dead_letter_queue_with_its_outcome_while_its_conversation_goes_on(string outcome)
    {
        await using World world = await World.StartAsync();
        Delivery tampered = Tamper(world, outcome);

        await world.SendAsync("before");
        await world.SendAsync(tampered);
        await world.ReplyToAsync(await world.SendAsync("after"));
        await world.EmptyQueueAsync();

        Assert.Equal([World.Echo("before"), World.Echo("after")], world.RepliesTo(world.Conversation));
        ReceivedMessage deadLetter = await world.ReceiveDeadLetterAsync();
        Assert.Equal(outcome, Assert.Single(deadLetter.Attributes).Value.StringValue);
        Assert.Equal(world.Conversation.Id, deadLetter.GroupId);
        Assert.Equal(world.Sent.Entries.Single(sent => sent.DeduplicationId == tampered.Id).MessageId, deadLetter.DeduplicationId);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(tampered.Body.Span), JsonNode.Parse(deadLetter.Body)!["event"]));
        await world.WorkerSaysAsync($"\"outcome\":\"{outcome}\"");
    }

    [Fact]
    public async Task Without_a_dead_letter_queue_of_its_own_the_worker_leaves_a_refused_message_to_the_redrive()
    {
        await using World world = await World.StartAsync(static options => options with
        {
            WorkerEnvironment = new Dictionary<string, string?> { ["JOBS_DEAD_LETTER_QUEUE_URL"] = null },
            WorkerTimeout = TimeSpan.FromSeconds(2),
            VisibilityTimeout = TimeSpan.FromSeconds(2),
            MaxReceiveCount = 1,
        });

        await world.SendAsync(Tamper(world, "malformed"));
        Delivery after = await world.SendAsync("after");
        ReceivedMessage deadLetter = await world.ReceiveDeadLetterAsync();

        Assert.Empty(deadLetter.Attributes);
        Assert.Equal(world.Jobs.Arn, deadLetter.DeadLetterQueueSourceArn);
        await world.WorkerSaysAsync("JOBS_DEAD_LETTER_QUEUE_URL is missing");
        Assert.True(after.IsAccepted);
    }

    private static Delivery Tamper(World world, string outcome)
    {
        HasheePlatform platform = world.Platform;
        Device device = world.User.Devices[0];
        byte[] text = EventJson.Text(World.Text("tampered"));
        byte[] envelope = platform.Seal(world.Conversation, world.User.Id, device.SigningKey, text);
        string senderId = world.User.Id;
        switch (outcome)
        {
            case "unsupported_version":
                envelope[3]++;
                break;
            case "malformed":
                envelope = envelope[..^1];
                break;
            case "metadata_mismatch":
                senderId = platform.AddUser().Id;
                break;
            case "unknown_sender":
                senderId = "nobody";
                envelope = platform.Seal(world.Conversation, senderId, device.SigningKey, text);
                break;
            case "bad_signature":
                envelope[^100]++;
                break;
            case "not_a_recipient":
                envelope = EnvelopeWriter.Seal(
                    senderId, world.Conversation.Id, "message", 0, [new Recipient(senderId, device.DecryptionKey.PublicKey)], text, device.SigningKey);
                break;
            case "malformed_payload":
                string noPayload = $"[\"{FunctionOutput.Marker}\"]";
                envelope = platform.Seal(world.Conversation, senderId, device.SigningKey, Encoding.UTF8.GetBytes(noPayload));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome));
        }

        return platform.Prepare(world.Conversation, senderId, envelope);
    }
}
