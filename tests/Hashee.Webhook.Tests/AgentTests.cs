using Hashee.Webhook.Tests.World;

namespace Hashee.Webhook.Tests;

[Collection<OneWebhook>]
public sealed class AgentTests(RunningWebhook webhook)
{
    [Theory]
    [InlineData("01JD4XAGENT000000000000002")]
    [InlineData("01jd4xagent000000000000001")]
    [InlineData("01JD4XAGENT00000000000000")]
    [InlineData("01JD4XAGENT0000000000000012")]
    [InlineData(" 01JD4XAGENT000000000000001")]
    public async Task A_call_for_another_agent_is_refused_though_its_signature_holds(string agentId) =>
        await webhook.RefuseAsync(403, "wrong_agent", WebhookCall.Sign(HasheeEvents.Message(), agentId: agentId));
}
