using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>The public keys of one user's devices; a device whose key of one kind is unusable is missing from that list only.</summary>
/// <param name="Signing">Ed25519: any of them may have signed.</param>
/// <param name="Encryption">X25519: a sealed reply is for all of them.</param>
/// <param name="FetchedAt">A time stamp of the cache's clock.</param>
internal sealed record UserKeys(IReadOnlyList<Ed25519PublicKey> Signing, IReadOnlyList<X25519PublicKey> Encryption, long FetchedAt)
{
    /// <summary>Reads the platform's list: <c>{"data":[{"public_key","signing_public_key"}]}</c>, keys in base64.</summary>
    /// <param name="json">The list; unusable keys in it are skipped.</param>
    /// <param name="fetchedAt">When it came.</param>
    /// <param name="keys">The keys, possibly none.</param>
    /// <returns>False when it is not the documented JSON.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> json, long fetchedAt, [NotNullWhen(true)] out UserKeys? keys)
    {
        keys = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement devices = document.RootElement.Member("data");
            if (devices.ValueKind != JsonValueKind.Array)
            {
                return false;
            }

            List<Ed25519PublicKey> signing = [];
            List<X25519PublicKey> encryption = [];
            foreach (JsonElement device in devices.EnumerateArray())
            {
                if (Ed25519PublicKey.TryImportBase64(device.TextMember("signing_public_key"), out Ed25519PublicKey? signingKey))
                {
                    signing.Add(signingKey);
                }

                if (X25519PublicKey.TryImportBase64(device.TextMember("public_key"), out X25519PublicKey? encryptionKey))
                {
                    encryption.Add(encryptionKey);
                }
            }

            keys = new UserKeys(signing, encryption, fetchedAt);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
