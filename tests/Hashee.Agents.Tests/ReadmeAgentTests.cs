using System.Text.Json;
using Hashee.Agents.Sessions;
using Hashee.Agents.Tests.Sessions;
using Hashee.Host;

namespace Hashee.Agents.Tests;

/// <summary>The agents that README.md shows. This assembly knows no worker, so that the same classes may stand in the worker too.</summary>
public class ReadmeAgentTests
{
    [Theory]
    [InlineData("three words here", "3 words")]
    [InlineData(null, null)]
    public async Task One_counts_the_words_of_a_text(string? text, string? reply) =>
        Assert.Equal(reply, await new WordCountAgent().ReplyAsync(new Message { Text = text }, TestContext.Current.CancellationToken));

    [Fact]
    public async Task One_sells_and_says_how_it_fails()
    {
        Configuration settings = new();
        ShopAgent shop = new(settings);
        Message message = new() { Text = "what is there?" };

        Assert.Equal("Everything is 3. Write: buy tea", await shop.ReplyAsync(message, TestContext.Current.CancellationToken));
        Assert.StartsWith("The shop", await shop.ApologizeAsync(message, default, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("SHOP_OWNER_CONVERSATION is missing", Assert.Throws<ConfigurationException>(settings.ThrowIfInvalid).Message, StringComparison.Ordinal);
        Assert.Equal("""{"Thing":"tea","Price":3}""", JsonSerializer.Serialize(new Order("tea", 3), ShopJson.Default.Order));
    }

    [Fact]
    public async Task One_keeps_a_count_in_its_session()
    {
        using FolderBench bench = new();
        SessionStore store = bench.NewWorker().NewStore(bench.Clock);
        ShopAgent shop = new(new Configuration());
        List<string?> replies = [];
        foreach (string id in (string[])["m1", "m2"])
        {
            OpenSession session = (await store.BeginAsync("hashee:c", id, StoreBench.Soon)).Session!;
            using Outbox outbox = new(new DeafChannel(), "c", MessageReason.Reply, id, StoreBench.Soon);
            Message message = new() { Text = "buy tea", Conversation = new Conversation("c", session, outbox) };
            replies.Add(await shop.ReplyAsync(message, TestContext.Current.CancellationToken));
            await session.CommitAsync(message.Text, replies[^1], 1, StoreBench.Soon);
        }

        Assert.Equal(["It is yours. Purchase number 1.", "It is yours. Purchase number 2."], replies);
    }

    private sealed class DeafChannel : IChannel
    {
        public IReadOnlyList<string> Split(string text) => [text];

        public Task<SendResult> SendAsync(Outgoing message, TimeLimit limit) => Task.FromResult(SendResult.Sent);
    }
}
