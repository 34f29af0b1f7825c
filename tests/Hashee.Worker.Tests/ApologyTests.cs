using Hashee.Agents;
using Hashee.Emulator.Platform;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Worker.Tests;

/// <summary>What a user gets when a message has failed for good.</summary>
public class ApologyTests
{
    private const string Default = "Sorry, something went wrong and I cannot answer this message. Please try again later.";

    [Fact]
    public async Task An_agent_that_fails_for_good_apologizes_once()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new FailingAgent();
        Delivery delivery = bench.Text("hello");
        bench.Enqueue(delivery);

        for (int tries = 1; tries < 5; tries++)
        {
            await RunAgainAsync(bench);
            Assert.Empty(bench.Platform.Messages);
        }

        Batch last = await bench.RunAsync();

        AgentMessage apology = Assert.Single(bench.Platform.Messages);
        Assert.Equal((Default, bench.Conversation), (apology.Text, apology.Conversation));
        Assert.Equal(ClientMessageId.ForApology(delivery.MessageId!, 0), apology.ClientMessageId);
        Assert.Single(last.Records("An apology was sent."));
        Assert.Equal("gave_up", Assert.Single(bench.ReceiveDeadLetters()).Attributes["outcome"].StringValue);
    }

    [Fact]
    public async Task A_message_that_is_given_up_twice_gets_nothing_new()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new FailingAgent();
        Delivery delivery = bench.Text("hello");

        await GiveUpAsync(bench, delivery);
        await GiveUpAsync(bench, bench.Platform.PrepareAgain(delivery));

        AgentMessage apology = Assert.Single(bench.Platform.Messages);
        Assert.Equal((Default, 1), (apology.Text, apology.Repetitions));
    }

    [Fact]
    public async Task An_agent_says_itself_what_the_user_gets_and_knows_why()
    {
        await using Workbench bench = await Workbench.StartAsync();
        Failure? seen = null;
        bench.Replies = new ScriptedAgent(static string? (_) => throw new FormatException())
        {
            Apologize = async (message, failure) =>
            {
                seen = failure;
                await message.Conversation.SendAsync("Oh dear.", TestContext.Current.CancellationToken);
                return $"I have no answer to {message.Text}.";
            },
        };
        Delivery delivery = bench.Text("hello");

        await GiveUpAsync(bench, delivery);

        Assert.Equal("agent_failed", seen?.Code);
        Assert.Equal(["Oh dear.", "I have no answer to hello."], bench.RepliesTo(bench.Conversation));
        Assert.Equal(
            [ClientMessageId.ForApology(delivery.MessageId!, 0), ClientMessageId.ForApology(delivery.MessageId!, 1)],
            bench.Platform.Messages.Select(static message => message.ClientMessageId));
    }

    [Fact]
    public async Task An_apology_arrives_behind_a_part_of_the_reply_that_was_sent()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static async (message, cancellationToken) =>
        {
            await message.Conversation.SendAsync("one moment", cancellationToken);
            throw new FormatException();
        });

        await GiveUpAsync(bench, bench.Text("hello"));

        Assert.Equal(["one moment", "sorry"], bench.RepliesTo(bench.Conversation));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task An_agent_may_have_no_apology(string? apology)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static string? (_) => throw new FormatException())
        {
            Apologize = (_, _) => ValueTask.FromResult(apology),
        };

        Batch batch = await GiveUpAsync(bench, bench.Text("hello"));

        Assert.Empty(bench.Platform.Messages);
        Assert.Empty(batch.Records("An apology was sent."));
        Assert.Empty(batch.Records("The apology could not be sent."));
    }

    [Fact]
    public async Task An_agent_that_throws_in_its_apology_changes_nothing()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static string? (_) => throw new FormatException())
        {
            Apologize = static (message, _) => throw new InvalidOperationException(message.Text),
        };

        Batch batch = await GiveUpAsync(bench, bench.Text("attack at dawn"));

        Assert.Empty(batch.FailedIds);
        Assert.Empty(bench.Platform.Messages);
        Assert.Equal("agent_failed", Assert.Single(batch.Records("The apology could not be sent.")).GetProperty("code").GetString());
        Assert.DoesNotContain("attack", batch.LogText, StringComparison.Ordinal);
        Assert.Single(bench.ReceiveDeadLetters());
    }

    [Fact]
    public async Task An_apology_that_the_platform_does_not_take_changes_nothing()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.MessageRefusal = static _ => ApiAnswer.WithoutCode(422);

        Batch batch = await GiveUpAsync(bench, bench.Text("hello"));

        Assert.Empty(batch.FailedIds);
        Assert.Equal("platform_422", Assert.Single(batch.Records("The apology could not be sent.")).GetProperty("code").GetString());
        Assert.Single(bench.ReceiveDeadLetters());
    }

    [Fact]
    public async Task When_patience_runs_out_there_is_an_apology_if_the_world_takes_it()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bool isAway = true;
        bench.Platform.MessageRefusal = _ => isAway ? ApiAnswer.WithoutCode(503) : null;
        bench.Replies = new ScriptedAgent(static _ => "reply")
        {
            Apologize = (_, failure) =>
            {
                isAway = false;
                return ValueTask.FromResult<string?>($"late: {failure.Kind}");
            },
        };
        bench.Enqueue(bench.Text("hello"));
        await bench.RunAsync();
        bench.Advance(TimeSpan.FromHours(7));

        await bench.RunAsync();

        Assert.Equal(["late: World"], bench.RepliesTo(bench.Conversation));
    }

    [Theory]
    [InlineData("404")]
    [InlineData("410")]
    [InlineData("relation_revoked")]
    public async Task Where_the_conversation_is_over_nobody_is_told(string how)
    {
        await using Workbench bench = await Workbench.StartAsync();
        bool asked = false;
        bench.Platform.MessageRefusal = _ => how switch
        {
            "404" => ApiAnswer.Error(404, "conversation_not_found", "There is no such conversation."),
            "410" => ApiAnswer.WithoutCode(410),
            _ => ApiAnswer.RelationRevoked(),
        };
        bench.Replies = new ScriptedAgent(static _ => "reply")
        {
            Apologize = (_, _) =>
            {
                asked = true;
                return ValueTask.FromResult<string?>("sorry");
            },
        };
        bench.Enqueue(bench.Text("hello"));

        Batch batch = await bench.RunAsync();

        Assert.Single(bench.ReceiveDeadLetters());
        Assert.False(asked);
        Assert.Single(bench.Platform.Calls, static call => call.Method == "POST");
        Assert.Empty(batch.Records("The apology could not be sent."));
    }

    [Fact]
    public async Task An_event_that_fails_for_good_gets_no_apology()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Replies = new ScriptedAgent(static _ => null) { OnEvent = static _ => throw new FormatException() };

        Batch batch = await GiveUpAsync(bench, bench.Platform.PrepareEvent(bench.Agent, EventTypes.RelationEstablished, bench.Conversation.Id));

        Assert.Single(bench.ReceiveDeadLetters());
        Assert.Empty(bench.Platform.Messages);
        Assert.Empty(batch.Records("The apology could not be sent."));
    }

    [Fact]
    public async Task A_message_that_can_no_longer_be_opened_gets_no_apology_and_the_log_says_why()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.Platform.Outage = Outage.Unavailable;
        bench.Enqueue(bench.Text("hello"));
        await bench.RunAsync();
        bench.Advance(TimeSpan.FromHours(7));

        Batch batch = await bench.RunAsync();

        Assert.Empty(batch.FailedIds);
        Assert.Equal("service_unavailable", Assert.Single(batch.Records("The apology could not be sent.")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_sealed_apology_opens_on_the_users_devices()
    {
        await using Workbench bench = await Workbench.StartAsync();
        bench.SealReplies = true;
        bench.Replies = new FailingAgent();

        await GiveUpAsync(bench, bench.Text("hello"));

        AgentMessage apology = Assert.Single(bench.Platform.Messages);
        Assert.Equal((true, Default), (apology.IsSealed, apology.Text));
    }

    /// <summary>Lets a delivery be received as often as is allowed.</summary>
    private static async Task<Batch> GiveUpAsync(Workbench bench, Delivery delivery)
    {
        bench.Enqueue(delivery);
        for (int tries = 1; tries < 5; tries++)
        {
            bench.Jobs.Receive(visibilityTimeout: TimeSpan.Zero);
        }

        return await bench.RunAsync();
    }

    private static async Task RunAgainAsync(Workbench bench)
    {
        await bench.RunAsync();
        bench.Advance(TimeSpan.FromMinutes(6));
    }

    private sealed class FailingAgent : IAgent
    {
        public ValueTask<string?> ReplyAsync(Message message, CancellationToken cancellationToken) => throw new FormatException();
    }
}
