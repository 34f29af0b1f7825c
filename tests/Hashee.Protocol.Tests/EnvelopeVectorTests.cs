using System.Text;
using System.Text.Json;

namespace Hashee.Protocol.Tests;

// Envelopes made by an independent implementation, each with the outcome that a reader must come to.
public sealed class EnvelopeVectorTests
{
    private static readonly JsonElement File = Vectors.Read("envelope-v1.json");

    public static TheoryData<string> Names { get; } = [.. Cases.Select(static test => test.Text("name"))];

    private static IEnumerable<JsonElement> Cases => File.GetProperty("cases").EnumerateArray();

    [Theory]
    [MemberData(nameof(Names))]
    public void An_envelope_of_another_implementation_has_the_outcome_that_it_should(string name)
    {
        JsonElement test = Cases.Single(test => test.Text("name") == name);
        // The event agrees with the envelope, also with a falsified one: it is the signature that has to tell.
        string sender = name == "one bit of the sender id flipped" ? "00HZUSERSHAR" : File.Text("sender_id");
        Assert.True(X25519PrivateKey.TryImportBase64(File.Text("agent_x25519_private"), out X25519PrivateKey? key));
        Assert.True(Ed25519PublicKey.TryImportBase64(File.Text("sender_ed25519_public"), out Ed25519PublicKey? senderKey));

        byte[] base64 = Encoding.UTF8.GetBytes(test.Text("envelope"));
        EnvelopeResult result = Reading.Open(base64, "01HZCONVERSATION", sender, [senderKey], File.Text("agent_id"), key);

        Assert.Equal(test.Text("result"), result.Outcome.Name());
        Assert.Equal(
            test.TryGetProperty("payload", out JsonElement expected) ? expected.GetBytesFromBase64() : null, result.Envelope?.PayloadJson.ToArray());
        if (result.IsOpened)
        {
            Assert.Equal(File.Text("sender_id"), result.Envelope.SenderId);
            Assert.Equal(test.Text("conversation_id"), result.Envelope.ConversationId);
            Assert.Equal(test.Text("message_id"), result.Envelope.MessageId);
            Assert.Equal(test.GetProperty("created_at_ms").GetInt64(), result.Envelope.CreatedUnixMilliseconds);
        }

        key.Dispose();
    }

    [Fact]
    public void Six_open_and_thirteen_are_refused()
    {
        Assert.Equal(6, Cases.Count(static test => test.Text("result") == "opened"));
        Assert.Equal(13, Cases.Count(static test => test.Text("result") != "opened"));
    }

    [Theory]
    [InlineData("agent_x25519_private", "agent_x25519_public")]
    [InlineData("sender_x25519_private", "sender_x25519_public")]
    public void The_X25519_public_keys_follow_from_the_private_ones(string privateName, string publicName)
    {
        Assert.True(X25519PrivateKey.TryImportBase64(File.Text(privateName), out X25519PrivateKey? key));

        Assert.Equal(File.Text(publicName), key.PublicKey.ToBase64());
        key.Dispose();
    }

    [Theory]
    [InlineData("agent_ed25519_private", "agent_ed25519_public")]
    [InlineData("sender_ed25519_private", "sender_ed25519_public")]
    public void The_Ed25519_public_keys_follow_from_the_private_ones(string privateName, string publicName)
    {
        Assert.True(Ed25519PrivateKey.TryImportBase64(File.Text(privateName), out Ed25519PrivateKey? key));

        Assert.Equal(File.Text(publicName), key.PublicKey.ToBase64());
        key.Dispose();
    }
}
