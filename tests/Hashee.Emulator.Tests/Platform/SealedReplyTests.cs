using System.Text;
using Hashee.Emulator.Platform;
using Hashee.Protocol;

namespace Hashee.Emulator.Tests.Platform;

public sealed class SealedReplyTests
{
    private static readonly byte[] Payload = """{"type":"text","text":"secret"}"""u8.ToArray();

    [Fact]
    public async Task Every_device_of_the_user_opens_what_the_agent_sealed()
    {
        await using Api api = await Api.StartAsync();
        api.User.AddDevice();

        Answer answer = await api.PostAsync(api.Sealed(SealByAgent(api, Payload)));

        Assert.Equal(201, answer.Status);
        AgentMessage message = Assert.Single(api.Platform.Messages);
        Assert.True(message.IsSealed);
        Assert.Equal("secret", message.Text);
        Assert.Equal(api.User.Devices, message.OpenedBy);
    }

    [Fact]
    public async Task A_device_that_the_agent_did_not_seal_to_cannot_open()
    {
        await using Api api = await Api.StartAsync();
        byte[] envelope = SealByAgent(api, Payload);
        api.User.AddDevice();

        await api.PostAsync(api.Sealed(envelope));

        Assert.Equal([api.User.Devices[0]], Assert.Single(api.Platform.Messages).OpenedBy);
    }

    [Fact]
    public async Task A_message_that_no_device_can_open_is_accepted_and_has_no_text()
    {
        await using Api api = await Api.StartAsync();
        byte[] envelope = EnvelopeWriter.Seal(
            api.Agent.Id, api.Conversation.Id, "m", 0, [new Recipient(api.User.Id, X25519PrivateKey.Generate().PublicKey)], Payload, api.Agent.SigningKey);

        Answer answer = await api.PostAsync(api.Sealed(envelope));

        Assert.Equal(201, answer.Status);
        AgentMessage message = Assert.Single(api.Platform.Messages);
        Assert.Null(message.Text);
        Assert.Empty(message.OpenedBy);
    }

    [Fact]
    public async Task An_envelope_with_another_signature_is_refused()
    {
        await using Api api = await Api.StartAsync();
        byte[] envelope = api.Platform.Seal(api.Conversation, api.Agent.Id, api.User.Devices[0].SigningKey, Payload);

        Assert.Equal(400, (await api.PostAsync(api.Sealed(envelope))).Status);
    }

    [Fact]
    public async Task An_envelope_for_another_conversation_is_refused()
    {
        await using Api api = await Api.StartAsync();
        Conversation other = api.Platform.AddConversation(api.Agent, api.User);
        byte[] envelope = api.Platform.Seal(other, api.Agent.Id, api.Agent.SigningKey, Payload);

        Assert.Equal(400, (await api.PostAsync(api.Sealed(envelope))).Status);
    }

    [Fact]
    public async Task A_tampered_envelope_is_refused()
    {
        await using Api api = await Api.StartAsync();
        byte[] envelope = SealByAgent(api, Payload);
        envelope[^100] ^= 1;

        Assert.Equal(400, (await api.PostAsync(api.Sealed(envelope))).Status);
    }

    [Fact]
    public async Task A_sealed_payload_that_clients_do_not_know_has_no_text()
    {
        await using Api api = await Api.StartAsync();

        await api.PostAsync(api.Sealed(SealByAgent(api, Encoding.UTF8.GetBytes("""["not an object"]"""))));

        AgentMessage message = Assert.Single(api.Platform.Messages);
        Assert.Null(message.Payload);
        Assert.Single(message.OpenedBy);
    }

    private static byte[] SealByAgent(Api api, byte[] payload) =>
        api.Platform.Seal(api.Conversation, api.Agent.Id, api.Agent.SigningKey, payload);
}
