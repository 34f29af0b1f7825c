using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>Who reads what is sent to a conversation.</summary>
/// <param name="ConversationId">The conversation.</param>
/// <param name="UserId">The user.</param>
/// <param name="Devices">Their devices' keys; none where nothing is sealed.</param>
internal sealed record Readers(string ConversationId, string UserId, IReadOnlyList<X25519PublicKey> Devices);
