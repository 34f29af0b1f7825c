using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>The sender of one delivery: its keys, as far as they were needed, and what became of the delivery if they could not be had.</summary>
internal sealed class DeliverySender(SenderKeys senderKeys) : ISenderKeys
{
    private UserKeys? _keys;

    /// <summary>Trouble, or a refusal for good; means something only when no keys were found.</summary>
    public DeliveryResult Failure { get; private set; }

    /// <summary>The sender's keys of both kinds; null when there are none, for <see cref="Failure"/>.</summary>
    public async ValueTask<UserKeys?> FindKeysAsync(string senderId, CancellationToken cancellationToken)
    {
        if (_keys is null)
        {
            (_keys, Failure) = await senderKeys.GetAsync(senderId, cancellationToken);
        }

        return _keys;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Ed25519PublicKey>?> FindAsync(
        string senderId, IReadOnlyList<Ed25519PublicKey>? rejected, CancellationToken cancellationToken)
    {
        if (rejected is null)
        {
            await FindKeysAsync(senderId, cancellationToken);
        }
        else if (senderKeys.MayBeOutdated(_keys!))
        {
            (_keys, Failure) = await senderKeys.FetchAsync(senderId, cancellationToken);
        }

        return _keys is not null ? _keys.Signing : Failure.Kind == DeliveryResultKind.Refused ? [] : null;
    }
}
