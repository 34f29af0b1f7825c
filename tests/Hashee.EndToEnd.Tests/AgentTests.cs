using System.Text;
using Hashee.Emulator.Lambda;
using Hashee.Emulator.Platform;
using Hashee.Protocol;

namespace Hashee.EndToEnd.Tests;

/// <summary>What an agent may do beside returning a text, and what becomes of one that fails, with the native worker.</summary>
[Trait("Binaries", "any")]
public class AgentTests
{
    [Fact]
    public async Task It_sends_several_messages_in_order()
    {
        await using World world = await World.StartAsync();

        await world.SendAsync("twice");
        await world.EmptyQueueAsync();

        Assert.Equal(["Once.", "Twice."], world.RepliesTo(world.Conversation));
    }

    [Fact]
    public async Task It_writes_to_another_conversation_unasked_and_logs_that()
    {
        await using World world = await World.StartAsync();
        Conversation other = world.AddConversation();

        await world.SendAsync($"tell {other.Id}");
        await world.EmptyQueueAsync();

        Assert.Equal([World.Text($"tell {other.Id}")], world.RepliesTo(other));
        Assert.Equal(["Told."], world.RepliesTo(world.Conversation));
        await world.WorkerSaysAsync("\"message\":\"Told.\"");
    }

    [Fact]
    public async Task It_answers_an_event()
    {
        await using World world = await World.StartAsync();

        await world.SendAsync(world.Platform.PrepareEvent(world.Agent, EventTypes.RelationRestored, world.Conversation.Id));
        await world.EmptyQueueAsync();

        Assert.Equal(["Welcome back."], world.RepliesTo(world.Conversation));
    }

    [Theory]
    [InlineData("attach", "attachments_unsupported")]
    [InlineData("remember", "no_session_store")]
    public async Task What_its_door_cannot_do_is_an_error_that_says_so_and_ends_in_an_apology(string text, string code)
    {
        await using World world = await WithOneTryAsync();

        await world.SendAsync(text);
        await world.EmptyQueueAsync();

        Assert.Equal(code, (await world.ReceiveDeadLetterAsync()).Attributes["reason"].StringValue);
        Assert.Equal([$"Sorry: {code}"], world.RepliesTo(world.Conversation));
        await world.WorkerSaysAsync("\"errorType\":\"Hashee.Agents.ConversationException\",\"errorMessage\":");
    }

    [Fact]
    public async Task It_apologizes_once_for_a_message_that_is_given_up_twice()
    {
        await using World world = await WithOneTryAsync();
        Delivery delivery = world.Prepare("fail");

        await world.SendAsync(delivery);
        await world.EmptyQueueAsync();
        await world.SendAsync(world.Platform.PrepareAgain(delivery));
        await world.EmptyQueueAsync();

        AgentMessage apology = Assert.Single(world.Platform.Messages);
        Assert.Equal(("Sorry: agent_failed", 1), (apology.Text, apology.Repetitions));
        Assert.Equal(2, world.DeadLetters.Counts.Total);
    }

    [Theory]
    [InlineData("fail twice")]
    [InlineData("fail mutely")]
    public async Task An_apology_that_there_is_not_or_that_fails_itself_changes_nothing(string text)
    {
        await using World world = await WithOneTryAsync();

        await world.SendAsync(text);
        await world.ReplyToAsync(await world.SendAsync("hello"));
        await world.EmptyQueueAsync();

        Assert.Equal([World.Echo("hello")], world.RepliesTo(world.Conversation));
        Assert.Equal(1, world.DeadLetters.Counts.Total);
    }

    [Theory]
    [InlineData("hashee")]
    [InlineData("bootstrap")]
    public async Task The_handler_of_Hashees_door_has_two_names(string handler)
    {
        await using World world = await World.StartAsync(options => options with { WorkerHandler = handler });

        await world.ReplyToAsync(await world.SendAsync("hello"));
    }

    [Fact]
    public async Task A_handler_that_there_is_not_ends_the_start_with_its_name_and_those_that_there_are()
    {
        await using World world = await World.StartAsync(static options => options with { WorkerHandler = "documents" });

        await world.SendAsync("hello");

        InitError error = await world.InitErrors.WaitAsync(static _ => true, world.Patience);
        Assert.Equal(
            "The function's setting Handler is documents, and this worker has no such door: it must be hashee, bootstrap (the same), or empty.",
            error.ErrorMessage);
        Assert.Equal(1, world.Jobs.Counts.Total);
    }

    [Theory]
    [InlineData("""{"Records":[{"eventSource":"aws:s3"}]}""", "an event of S3")]
    [InlineData("""{"detail-type":"Scheduled Event","source":"aws.events"}""", "an event of EventBridge, such as a schedule's")]
    [InlineData("""{"version":"2.0","requestContext":{}}""", "a call of a Function URL or of API Gateway")]
    [InlineData(
        """{"Records":[{"messageId":"1","body":"{\"received_at\":\"\",\"update\":{}}"}]}""", "a batch of SQS, each message of which is an update of Telegram")]
    public async Task An_event_of_another_door_fails_with_the_names_of_both_and_the_instance_lives_on(string payload, string name)
    {
        await using World world = await World.StartAsync();

        InvocationResult result = await world.Worker.InvokeAsync(Encoding.UTF8.GetBytes(payload), world.Patience);
        await world.ReplyToAsync(await world.SendAsync("hello"));

        Assert.Equal(InvocationOutcome.FunctionError, result.Outcome);
        Assert.Contains(
            $"The event is {name}. This function has the handler hashee, which takes Hashee's deliveries out of an SQS queue",
            System.Text.Json.JsonDocument.Parse(result.Payload).RootElement.GetProperty("errorMessage").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(0, world.DeadLetters.Counts.Total);
    }

    private static Task<World> WithOneTryAsync() => World.StartAsync(static options => options with
    {
        WorkerEnvironment = new Dictionary<string, string?> { ["JOBS_TRIES"] = "1" },
    });
}
