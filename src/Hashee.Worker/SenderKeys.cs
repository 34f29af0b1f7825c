using System.Collections.Concurrent;
using System.Text.Json;
using Hashee.Protocol;

namespace Hashee.Worker;

/// <summary>The public keys of one user's devices; a device whose key of one kind is unusable is missing from that list only.</summary>
/// <param name="Signing">Ed25519: any of them may have signed.</param>
/// <param name="Encryption">X25519: a sealed reply is for all of them.</param>
/// <param name="FetchedAt">A time stamp of the cache's clock.</param>
internal sealed record UserKeys(IReadOnlyList<Ed25519PublicKey> Signing, IReadOnlyList<X25519PublicKey> Encryption, long FetchedAt);

/// <summary>Device keys of senders, kept for 5 minutes across invocations.</summary>
internal sealed class SenderKeys(PlatformClient platform, TimeProvider clock)
{
    private const int MaximumUsers = 1_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, UserKeys> _kept = new(StringComparer.Ordinal);

    /// <summary>The keys of a user, fetched when none are kept.</summary>
    /// <returns>Null keys and null trouble when the platform knows no user of this id.</returns>
    public async Task<(UserKeys? Keys, string? Trouble)> GetAsync(string userId, CancellationToken cancellationToken) =>
        _kept.TryGetValue(userId, out UserKeys? kept) && clock.GetElapsedTime(kept.FetchedAt) < KeptFor
            ? (kept, null)
            : await FetchAsync(userId, cancellationToken);

    /// <summary>Whether keys that do not fit are old enough to ask once more: a device may have been added since.</summary>
    public bool MayBeOutdated(UserKeys keys) => clock.GetElapsedTime(keys.FetchedAt) > FreshFor;

    /// <summary>Fetches the keys of a user, whatever is kept.</summary>
    public async Task<(UserKeys? Keys, string? Trouble)> FetchAsync(string userId, CancellationToken cancellationToken)
    {
        if (!PlatformClient.IsPathSegment(userId))
        {
            return (null, null);
        }

        _kept.TryRemove(userId, out _);
        PlatformAnswer answer = await platform.GetDevicesAsync(userId, cancellationToken);
        switch (answer.Status)
        {
            case 404:
                return (null, null);
            case 401 or 403:
                return (null, $"{answer.Trouble} for the sender's device keys: if this agent's token may not read them, "
                    + "set HASHEE_SENDER_SIGNATURE=off (required is the default) and senders' signatures are not verified");
        }

        if (!answer.Succeeded)
        {
            return (null, answer.Trouble);
        }

        if (Read(answer.Body.Span) is not { } keys)
        {
            return (null, "the platform's list of device keys is not the documented JSON");
        }

        if (keys.Signing.Count == 0 && keys.Encryption.Count == 0)
        {
            return (null, null);
        }

        if (_kept.Count >= MaximumUsers)
        {
            _kept.Clear();
        }

        _kept[userId] = keys;
        return (keys, null);
    }

    private UserKeys? Read(ReadOnlySpan<byte> json)
    {
        DeviceList? list;
        try
        {
            list = JsonSerializer.Deserialize(json, PlatformJson.Default.DeviceList);
        }
        catch (JsonException)
        {
            return null;
        }

        if (list?.Data is not { } devices)
        {
            return null;
        }

        List<Ed25519PublicKey> signing = [];
        List<X25519PublicKey> encryption = [];
        foreach (JsonElement device in devices)
        {
            if (Ed25519PublicKey.TryImport(Bytes(device, "signing_public_key"), out Ed25519PublicKey? signingKey))
            {
                signing.Add(signingKey);
            }

            if (X25519PublicKey.TryImport(Bytes(device, "public_key"), out X25519PublicKey? encryptionKey))
            {
                encryption.Add(encryptionKey);
            }
        }

        return new UserKeys(signing, encryption, clock.GetTimestamp());
    }

    /// <summary>A property's base64, decoded; empty when it is missing or something else.</summary>
    private static byte[] Bytes(JsonElement device, string name) =>
        device.ValueKind == JsonValueKind.Object
        && device.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
        && value.TryGetBytesFromBase64(out byte[]? bytes)
            ? bytes
            : [];
}
