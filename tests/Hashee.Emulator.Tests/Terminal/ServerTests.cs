using Hashee.Emulator.Sqs;
using Hashee.Emulator.Terminal;

namespace Hashee.Emulator.Tests.Terminal;

public sealed class ServerTests
{
    [Fact]
    public async Task It_says_where_it_listens_and_which_clients_its_queues_understand()
    {
        await using PlayedWorld played = await PlayedWorld.StartAsync();
        await using StringWriter output = new();

        await Server.RunAsync(played.World, Consoles.CreatePlain(output), new CancellationToken(canceled: true));

        string text = output.ToString();
        Assert.Contains(played.World.Agent.WebhookUrl!.GetLeftPart(UriPartial.Authority), text, StringComparison.Ordinal);
        Assert.Contains($"--endpoint-url {played.World.Sqs.HttpEndpoint.GetLeftPart(UriPartial.Authority)}", text, StringComparison.Ordinal);
        Assert.Contains(SqsService.Clients, text, StringComparison.Ordinal);
    }
}
