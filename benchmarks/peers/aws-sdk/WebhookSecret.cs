using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace AwsSdkPeer;

/// <summary>
/// HMAC-SHA256 with the secret's text as its key. NSec's HmacSha256 imports keys of exactly 32 bytes and has no other way in, so NSec can
/// verify Hashee's signature only if the secret happens to have 32 bytes; any other, such as the measurement's of 43, is
/// System.Security.Cryptography's.
/// </summary>
internal sealed class WebhookSecret : IDisposable
{
    public const int SignatureSize = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _secret;
    private readonly Key? _key;

    public WebhookSecret(string secret)
    {
        _secret = Encoding.UTF8.GetBytes(secret);
        _key = _secret.Length == MacAlgorithm.HmacSha256.KeySize
            ? Key.Import(MacAlgorithm.HmacSha256, _secret, KeyBlobFormat.RawSymmetricKey)
            : null;
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => _key is null
        ? CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_secret, message), signature)
        : MacAlgorithm.HmacSha256.Verify(_key, message, signature);

    public void Dispose() => _key?.Dispose();
}
