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
    /// <returns>
    /// <see langword="null"/> for an envelope that is malformed, says another conversation or sender, or is not signed by the agent.
    /// </returns>
    public static SealedPayload? Open(string base64, Conversation conversation)
    {
        if (!Envelope.TryParse(Encoding.UTF8.GetBytes(base64), out Envelope? envelope, out _))
        {
            return null;
        }

        using (envelope)
        {
            if (!envelope.Matches(conversation.Id, conversation.Agent.Id) || !envelope.IsSignedBy(conversation.Agent.SigningKey.PublicKey))
            {
                return null;
            }

            JsonElement? found = null;
            List<Device> openedBy = [];
            foreach (Device device in conversation.Users.SelectMany(user => user.Devices))
            {
                if (envelope.Decrypt(device.Owner.Id, device.DecryptionKey, out byte[]? payload) == EnvelopeOutcome.Opened)
                {
                    found ??= PostedMessage.ReadPayload(payload);
                    openedBy.Add(device);
                }
            }

            return new SealedPayload(found, openedBy);
        }
    }
}
