namespace Hashee.Protocol;

/// <summary>Keys that are known beforehand, the same for every sender.</summary>
/// <param name="keys">The keys; none stands for an unknown sender.</param>
public sealed class FixedSenderKeys(params IReadOnlyList<Ed25519PublicKey> keys) : ISenderKeys
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Ed25519PublicKey>?> FindAsync(
        string senderId, IReadOnlyList<Ed25519PublicKey>? rejected, CancellationToken cancellationToken) => new(keys);
}
