using System.Text;
using System.Text.Json;
using Hashee.Protocol;

namespace Hashee.Emulator.Platform;

/// <summary>What the users' devices found in a sealed message.</summary>
/// <param name="Payload">The payload, or <see langword="null"/> when no device could open it or it is none of the documented ones.</param>
/// <param name="OpenedBy">The devices that could open it.</param>
internal sealed record SealedPayload(JsonElement? Payload, IReadOnlyList<Device> OpenedBy)
{
    /// <summary>Opens an agent's message on every device of the conversation's users.</summary>
    /// <param name="base64">The envelope.</param>
    /// <param name="conversation">Where the agent posted it.</param>
    /// <returns>
    /// <see langword="null"/> for an envelope that is malformed, says another conversation or sender, or is not signed by the agent.
    /// </returns>
    public static async ValueTask<SealedPayload?> OpenAsync(string base64, Conversation conversation)
    {
        // The agent itself may not be among the recipients; what comes before that is the same for every reader.
        Agent agent = conversation.Agent;
        EnvelopeResult result = await OpenAsync(base64, conversation, agent.Id, agent.DecryptionKey);
        if (result.Outcome is not (EnvelopeOutcome.NotARecipient or EnvelopeOutcome.CannotDecrypt) && !WasDecrypted(result))
        {
            return null;
        }

        JsonElement? found = null;
        List<Device> openedBy = [];
        foreach (Device device in conversation.Users.SelectMany(static user => user.Devices))
        {
            result = await OpenAsync(base64, conversation, device.Owner.Id, device.DecryptionKey);
            if (WasDecrypted(result))
            {
                openedBy.Add(device);
                found ??= result.IsOpened ? PostedMessage.ReadPayload(result.Envelope.PayloadJson) : null;
            }
        }

        return new SealedPayload(found, openedBy);
    }

    private static bool WasDecrypted(EnvelopeResult result) => result.IsOpened || result.Outcome == EnvelopeOutcome.MalformedPayload;

    private static ValueTask<EnvelopeResult> OpenAsync(string base64, Conversation conversation, string recipientId, X25519PrivateKey key) =>
        new EnvelopeReader(recipientId, key).OpenAsync(
            Encoding.UTF8.GetBytes(base64),
            conversation.Id,
            conversation.Agent.Id,
            new FixedSenderKeys(conversation.Agent.SigningKey.PublicKey),
            CancellationToken.None);
}
