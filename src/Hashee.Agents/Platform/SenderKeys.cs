using System.Collections.Concurrent;
using Hashee.Host;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>Device keys of senders, kept across invocations.</summary>
/// <param name="platform">Where they come from.</param>
/// <param name="keptFor">How long keys are used without asking again: a device that was revoked is believed for so long.</param>
/// <param name="clock">Measures that time.</param>
internal sealed class SenderKeys(PlatformClient platform, TimeSpan keptFor, TimeProvider clock)
{
    private const int MaximumUsers = 1_000;
    private const int MaximumPages = 50;
    private const int MaximumDevices = 1_000;

    private readonly ConcurrentDictionary<string, UserKeys> _kept = new(StringComparer.Ordinal);

    /// <summary>How many users' keys are kept.</summary>
    internal int Count => _kept.Count;

    /// <summary>The keys of a user that are kept; null when there are none, or none that may be used without asking again.</summary>
    public UserKeys? FindKept(string userId) =>
        _kept.TryGetValue(userId, out UserKeys? kept) && AgeOf(kept) < keptFor ? kept : null;

    /// <summary>The time since keys were fetched.</summary>
    public TimeSpan AgeOf(UserKeys keys) => clock.GetElapsedTime(keys.FetchedAt);

    /// <summary>Fetches the keys of a user, whatever is kept.</summary>
    /// <returns>The keys, none for a user whom the platform does not know; or else why they cannot be had now.</returns>
    public async Task<(UserKeys? Keys, Failure Failure)> FetchAsync(string userId, TimeLimit limit)
    {
        UserKeys keys = new([], [], clock.GetTimestamp());
        if (!PlatformClient.IsPathSegment(userId))
        {
            return (keys, default);
        }

        List<Ed25519PublicKey> signing = [];
        List<X25519PublicKey> encryption = [];
        string? cursor = null;
        int devices = 0;
        for (int page = 1; page <= MaximumPages && devices <= MaximumDevices; page++)
        {
            PlatformAnswer answer = await platform.GetDevicesAsync(userId, cursor, limit);
            if (page == 1 && answer.Status is 404 or 410)
            {
                _kept.TryRemove(userId, out _);
                return (keys, default);
            }

            if (!answer.Succeeded)
            {
                return (null, Explain(answer));
            }

            if (!UserKeysPage.TryRead(answer.Body, out UserKeysPage? read))
            {
                return (null, World("keys_malformed", "the platform's list of device keys is not the documented JSON"));
            }

            signing.AddRange(read.Signing);
            encryption.AddRange(read.Encryption);
            devices += read.Devices;
            cursor = read.NextCursor;
            if (cursor is null && devices <= MaximumDevices)
            {
                return (Keep(userId, keys with { Signing = signing, Encryption = encryption }), default);
            }
        }

        return (null, World(
            "keys_endless", $"the platform's list of device keys has over {MaximumDevices} devices or {MaximumPages} pages"));
    }

    private static Failure World(string code, string reason) => new(FailureKind.World, code, reason);

    /// <summary>What an agent's token may read is the operator's to mend, whatever the platform calls it.</summary>
    private static Failure Explain(PlatformAnswer answer)
    {
        Failure failure = answer.Failure with { Reason = $"{answer.Failure.Reason} for the sender's device keys" };
        if (answer.Status is not (401 or 403))
        {
            // What is missing may come; only a reply has nobody to go to for good.
            return failure.Kind == FailureKind.Final ? failure with { Kind = FailureKind.Own } : failure;
        }

        Log.Error(
            "The platform does not let this agent read device keys. If HASHEE_AGENT_TOKEN is right, set HASHEE_SENDER_SIGNATURE=off "
                + "(the default is required): senders' signatures are then not verified. Sealed replies need these keys too.",
            new LogField("status", answer.Status));
        return failure with { Kind = FailureKind.World };
    }

    /// <summary>Keeps keys, unless there are none, which may be so for a moment only.</summary>
    private UserKeys Keep(string userId, UserKeys keys)
    {
        if (keys is { Signing.Count: 0, Encryption.Count: 0 } || keptFor == TimeSpan.Zero)
        {
            _kept.TryRemove(userId, out _);
            return keys;
        }

        _kept[userId] = keys;
        while (_kept.Count > MaximumUsers)
        {
            _kept.TryRemove(_kept.MinBy(static kept => kept.Value.FetchedAt));
        }

        return keys;
    }
}
