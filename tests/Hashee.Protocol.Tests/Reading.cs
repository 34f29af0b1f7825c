namespace Hashee.Protocol.Tests;

// The one door to an envelope, for tests that have all keys at hand: nothing is waited for.
internal static class Reading
{
    public static EnvelopeResult Open(
        byte[] base64, string conversationId, string senderId, IReadOnlyList<Ed25519PublicKey> senderKeys, string recipientId,
        X25519PrivateKey key) =>
        new EnvelopeReader(recipientId, key)
            .OpenAsync(base64, conversationId, senderId, new FixedSenderKeys(senderKeys), CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
}
