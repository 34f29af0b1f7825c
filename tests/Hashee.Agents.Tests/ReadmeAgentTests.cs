using System.Text;
using Hashee.Protocol;
using Hashee.Worker;

namespace Hashee.Agents.Tests;

/// <summary>The agent that README.md shows. This assembly knows no worker, so that the same class may stand in the worker too.</summary>
public class ReadmeAgentTests
{
    [Theory]
    [InlineData("""{"type":"text","text":"three words here"}""", "3 words")]
    [InlineData("""{"type":"audio","attachment_id":"a-1"}""", null)]
    public async Task It_counts_the_words_of_a_text(string json, string? reply)
    {
        Assert.True(Payload.TryRead(Encoding.UTF8.GetBytes(json), out Payload? payload));
        Message message = new("conversation", "sender", "message", "delivery", DateTimeOffset.UnixEpoch, payload);

        Assert.Equal(reply, await new WordCountAgent().ReplyAsync(message, TestContext.Current.CancellationToken));
    }
}
