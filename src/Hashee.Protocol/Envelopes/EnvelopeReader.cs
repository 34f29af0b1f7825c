using System.Diagnostics.CodeAnalysis;

namespace Hashee.Protocol;

/// <summary>Opens the envelopes that are sealed to one key. The one place that decides the order of a reader's checks: layout, metadata,
/// sender's keys, signature, recipient, decryption, payload. The first that fails decides.</summary>
/// <remarks>
/// Until the signature holds an envelope costs its base64 decoded into one pooled buffer, and nothing else that grows with it. The entries
/// that bear the reader's id cost an X25519 agreement each. Their number has no limit of its own: what fits into a call of 1 MB is
/// about 6,700 entries with a UUID as id, a quarter of a second, and it is spent only after the signature held. Safe for concurrent use.
/// </remarks>
/// <param name="recipientId">The reader's id.</param>
/// <param name="key">The reader's key; not disposed here.</param>
public sealed class EnvelopeReader(string recipientId, X25519PrivateKey key)
{
    /// <summary>Opens an envelope that one of its sender's keys has to have signed.</summary>
    /// <param name="base64">Standard, padded base64 without white space. Not used any more when this returns.</param>
    /// <param name="conversationId">The conversation that the event names.</param>
    /// <param name="senderId">The sender that the event names.</param>
    /// <param name="senderKeys">Asked for the sender's keys once the metadata agrees, and once more when none of them fits.</param>
    /// <param name="cancellationToken">For <paramref name="senderKeys"/>.</param>
    public ValueTask<EnvelopeResult> OpenAsync(
        ReadOnlySpan<byte> base64, string conversationId, string senderId, ISenderKeys senderKeys, CancellationToken cancellationToken) =>
        TryRead(base64, conversationId, senderId, out Envelope? envelope, out EnvelopeOutcome refusal)
            ? VerifyAndOpenAsync(envelope, senderId, senderKeys, cancellationToken)
            : new ValueTask<EnvelopeResult>(EnvelopeResult.Refused(refusal));

    /// <summary>Opens an envelope whoever signed it: for those who chose not to verify senders, and for nobody else.</summary>
    /// <param name="base64">Standard, padded base64 without white space.</param>
    /// <param name="conversationId">The conversation that the event names.</param>
    /// <param name="senderId">The sender that the event names.</param>
    public EnvelopeResult OpenFromUnverifiedSender(ReadOnlySpan<byte> base64, string conversationId, string senderId)
    {
        if (!TryRead(base64, conversationId, senderId, out Envelope? envelope, out EnvelopeOutcome refusal))
        {
            return EnvelopeResult.Refused(refusal);
        }

        using (envelope)
        {
            return Open(envelope, AcceptedEnvelope.FromUnverifiedSender(envelope));
        }
    }

    private static bool TryRead(
        ReadOnlySpan<byte> base64, string conversationId, string senderId,
        [NotNullWhen(true)] out Envelope? envelope, out EnvelopeOutcome refusal)
    {
        if (!Envelope.TryParse(base64, out envelope, out refusal))
        {
            return false;
        }

        if (envelope.Matches(conversationId, senderId))
        {
            return true;
        }

        envelope.Dispose();
        envelope = null;
        refusal = EnvelopeOutcome.MetadataMismatch;
        return false;
    }

    private async ValueTask<EnvelopeResult> VerifyAndOpenAsync(
        Envelope envelope, string senderId, ISenderKeys senderKeys, CancellationToken cancellationToken)
    {
        using (envelope)
        {
            IReadOnlyList<Ed25519PublicKey>? rejected = null;
            while (true)
            {
                IReadOnlyList<Ed25519PublicKey>? keys = await senderKeys.FindAsync(senderId, rejected, cancellationToken);
                if (keys is null)
                {
                    return default;
                }

                if (keys.Count == 0)
                {
                    return EnvelopeResult.Refused(EnvelopeOutcome.UnknownSender);
                }

                if (!ReferenceEquals(keys, rejected) && AcceptedEnvelope.TryVerify(envelope, keys, out AcceptedEnvelope? accepted))
                {
                    return Open(envelope, accepted);
                }

                if (rejected is not null)
                {
                    return EnvelopeResult.Refused(EnvelopeOutcome.BadSignature);
                }

                rejected = keys;
            }
        }
    }

    private EnvelopeResult Open(Envelope envelope, AcceptedEnvelope accepted)
    {
        EnvelopeOutcome outcome = accepted.Decrypt(recipientId, key, out byte[]? json);
        return outcome != EnvelopeOutcome.Opened ? EnvelopeResult.Refused(outcome)
            : Payload.TryRead(json, out Payload? payload) ? EnvelopeResult.Opened(new OpenedEnvelope(envelope, payload, json))
            : EnvelopeResult.Refused(EnvelopeOutcome.MalformedPayload);
    }
}
