using System.Collections.Concurrent;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>Device keys of senders, kept for 5 minutes across invocations.</summary>
internal sealed class SenderKeys(PlatformClient platform, TimeProvider clock)
{
    private const int MaximumUsers = 1_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, UserKeys> _kept = new(StringComparer.Ordinal);

    /// <summary>The keys of a user, fetched when none are kept.</summary>
    /// <returns>At least one key, or else what becomes of the delivery without it.</returns>
    public async Task<(UserKeys? Keys, DeliveryResult Failure)> GetAsync(string userId, CancellationToken cancellationToken) =>
        _kept.TryGetValue(userId, out UserKeys? kept) && clock.GetElapsedTime(kept.FetchedAt) < KeptFor
            ? (kept, default)
            : await FetchAsync(userId, cancellationToken);

    /// <summary>Whether keys that do not fit are old enough to ask once more: a device may have been added since.</summary>
    public bool MayBeOutdated(UserKeys keys) => clock.GetElapsedTime(keys.FetchedAt) > FreshFor;

    /// <summary>Fetches the keys of a user, whatever is kept.</summary>
    /// <returns>As <see cref="GetAsync"/>.</returns>
    public async Task<(UserKeys? Keys, DeliveryResult Failure)> FetchAsync(string userId, CancellationToken cancellationToken)
    {
        if (!PlatformClient.IsPathSegment(userId))
        {
            return (null, DeliveryResult.Refused(EnvelopeOutcome.UnknownSender));
        }

        long fetchedAt = clock.GetTimestamp();
        PlatformAnswer answer = await platform.GetDevicesAsync(userId, cancellationToken);
        if (answer.Status is 401 or 403)
        {
            Log.Error(
                "The platform does not let this agent read device keys. If HASHEE_AGENT_TOKEN is right, set HASHEE_SENDER_SIGNATURE=off "
                    + "(the default is required): senders' signatures are then not verified. Sealed replies need these keys too.",
                new LogField("status", answer.Status));
        }

        if (answer.Status == 404)
        {
            return Unknown(userId);
        }

        if (!answer.Succeeded)
        {
            return (null, DeliveryResult.Trouble($"{answer.Trouble} for the sender's device keys"));
        }

        if (!UserKeys.TryRead(answer.Body, fetchedAt, out UserKeys? keys))
        {
            return (null, DeliveryResult.Trouble("the platform's list of device keys is not the documented JSON"));
        }

        if (keys is { Signing.Count: 0, Encryption.Count: 0 })
        {
            return Unknown(userId);
        }

        if (_kept.Count >= MaximumUsers)
        {
            _kept.Clear();
        }

        _kept[userId] = keys;
        return (keys, default);
    }

    private (UserKeys? Keys, DeliveryResult Failure) Unknown(string userId)
    {
        _kept.TryRemove(userId, out _);
        return (null, DeliveryResult.Refused(EnvelopeOutcome.UnknownSender));
    }
}
