namespace Hashee.Protocol;

/// <summary>Finds the signing keys of senders, one for each of a sender's devices.</summary>
public interface ISenderKeys
{
    /// <summary>Finds the keys of one sender.</summary>
    /// <param name="senderId">The sender, as the event and the envelope name it.</param>
    /// <param name="rejected">The keys that were found for this envelope before, none of which has signed it; null at first.</param>
    /// <param name="cancellationToken">The one that the reader was given.</param>
    /// <returns>The keys; none for a sender that is known to have none. <paramref name="rejected"/> itself when there are no newer ones, which
    /// decides for a bad signature. Null when they cannot be found out now, which leaves the envelope undecided.</returns>
    ValueTask<IReadOnlyList<Ed25519PublicKey>?> FindAsync(
        string senderId, IReadOnlyList<Ed25519PublicKey>? rejected, CancellationToken cancellationToken);
}
