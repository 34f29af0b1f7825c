using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Hashee.Protocol;

namespace Hashee.Agents.Platform;

/// <summary>One page of the platform's list: <c>{"data":[{"public_key","signing_public_key"}],"next_cursor"}</c>, keys in base64.</summary>
/// <param name="Signing">The usable signing keys on it.</param>
/// <param name="Encryption">The usable encryption keys on it.</param>
/// <param name="Devices">How many devices it lists, usable or not.</param>
/// <param name="NextCursor">Where the next page begins; null on the last one.</param>
internal sealed record UserKeysPage(
    IReadOnlyList<Ed25519PublicKey> Signing, IReadOnlyList<X25519PublicKey> Encryption, int Devices, string? NextCursor)
{
    /// <summary>Reads a page; unusable keys on it are skipped.</summary>
    /// <returns>False when it is not the documented JSON.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out UserKeysPage? page)
    {
        page = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement devices = document.RootElement.Member("data");
            JsonElement cursor = document.RootElement.Member("next_cursor");
            string? nextCursor = document.RootElement.TextMember("next_cursor");
            bool isLast = cursor.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || nextCursor is "";
            if (devices.ValueKind != JsonValueKind.Array || (!isLast && nextCursor is null))
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

            page = new UserKeysPage(signing, encryption, devices.GetArrayLength(), isLast ? null : nextCursor);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
