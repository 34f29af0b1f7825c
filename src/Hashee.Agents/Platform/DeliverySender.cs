using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>The sender of one delivery: its keys, as far as they were needed, and what became of the delivery if they could not be had.</summary>
/// <param name="senderKeys">Where keys come from.</param>
/// <param name="waited">How long the delivery has waited since it was first looked at.</param>
/// <param name="limit">By when the keys have to be there.</param>
internal sealed class DeliverySender(SenderKeys senderKeys, TimeSpan waited, TimeLimit limit) : ISenderKeys
{
    /// <summary>A device that has just been added may write before its keys can be read everywhere.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private UserKeys? _keys;
    private bool _areFetched;

    /// <summary>Why the keys cannot be had now; means something only when there are none.</summary>
    public Failure Failure { get; private set; }

    /// <summary>The sender's keys of both kinds, fetched when none are kept; null when they cannot be had, for <see cref="Failure"/>.</summary>
    public async ValueTask<UserKeys?> FindKeysAsync(string senderId)
    {
        if (_keys is null && (_keys = senderKeys.FindKept(senderId)) is null)
        {
            await FetchAsync(senderId);
        }

        return _keys;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Ed25519PublicKey>?> FindAsync(
        string senderId, IReadOnlyList<Ed25519PublicKey>? rejected, CancellationToken cancellationToken)
    {
        if (rejected is null)
        {
            await FindKeysAsync(senderId);
        }
        else if (!_areFetched && (waited >= Settling || senderKeys.AgeOf(_keys!) >= Settling))
        {
            await FetchAsync(senderId);
        }

        return _keys?.Signing;
    }

    /// <summary>
    /// What follows from the sender's keys for good needs keys that were fetched now, and time that has passed since the delivery first failed
    /// with them: until then it is only trouble.
    /// </summary>
    public DeliveryResult Judge(EnvelopeOutcome outcome, string senderId) =>
        !PlatformClient.IsPathSegment(senderId) || (_areFetched && waited >= Settling)
            ? DeliveryResult.Refused(outcome)
            : DeliveryResult.Failed(new Failure(
                FailureKind.World, outcome.Name(), $"the sender's device keys do not fit yet ({outcome.Name()})", Settling));

    private async Task FetchAsync(string senderId)
    {
        (_keys, Failure) = await senderKeys.FetchAsync(senderId, limit);
        _areFetched = _keys is not null;
    }
}
