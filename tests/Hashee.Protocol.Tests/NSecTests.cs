using NSec.Cryptography;

namespace Hashee.Protocol.Tests;

// NSec as a second opinion: another wrapper on another build of libsodium, random inputs, both directions.
public sealed class NSecTests
{
    private const int Cases = 200;

    private readonly Random _random = new(20_260_515);

    [Fact]
    public void It_stands_on_a_libsodium_of_its_own()
    {
        Assert.NotEmpty(Key.Create(SignatureAlgorithm.Ed25519).PublicKey.Export(KeyBlobFormat.RawPublicKey));
        Assert.NotEmpty(X25519PrivateKey.Generate().PublicKey.ToBase64());

        string[] loaded =
        [
            .. File.ReadLines("/proc/self/maps")
                .Select(static line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(5) ?? "")
                .Where(static path => Path.GetFileName(path).StartsWith("libsodium", StringComparison.Ordinal))
                .Distinct(),
        ];

        Assert.Equal(2, loaded.Length);
        Assert.Single(loaded, static path => path.Contains("/runtimes/", StringComparison.Ordinal));
    }

    [Fact]
    public void Both_make_the_same_Ed25519_keys_and_signatures_and_verify_each_other_s()
    {
        for (int i = 0; i < Cases; i++)
        {
            byte[] seed = Bytes(32);
            byte[] message = Bytes(_random.Next(300));
            using Ed25519PrivateKey ours = Ed25519PrivateKey.Import(seed);
            using Key theirs = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
            byte[] ourSignature = new byte[64];
            ours.Sign(message, ourSignature);
            byte[] theirSignature = SignatureAlgorithm.Ed25519.Sign(theirs, message);

            Assert.Equal(theirs.PublicKey.Export(KeyBlobFormat.RawPublicKey), ours.PublicKey.Bytes);
            Assert.Equal(theirSignature, ourSignature);
            Assert.True(ours.PublicKey.Verify(message, theirSignature));
            Assert.True(SignatureAlgorithm.Ed25519.Verify(theirs.PublicKey, message, ourSignature));

            FlipOneBit(ourSignature);
            Assert.False(ours.PublicKey.Verify(message, ourSignature));
            Assert.False(SignatureAlgorithm.Ed25519.Verify(theirs.PublicKey, message, ourSignature));
        }
    }

    [Fact]
    public void Both_agree_on_the_same_X25519_secrets_with_each_other_and_with_any_point()
    {
        SharedSecretCreationParameters exportable = new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        for (int i = 0; i < Cases; i++)
        {
            byte[] scalar = Bytes(32);
            byte[] point = i % 2 == 0 ? Bytes(32) : X25519PrivateKey.Import(Bytes(32)).PublicKey.Bytes.ToArray();
            using X25519PrivateKey ours = X25519PrivateKey.Import(scalar);
            using Key theirs = Key.Import(KeyAgreementAlgorithm.X25519, scalar, KeyBlobFormat.RawPrivateKey);
            using SharedSecret theirSecret = KeyAgreementAlgorithm.X25519.Agree(
                theirs, PublicKey.Import(KeyAgreementAlgorithm.X25519, point, KeyBlobFormat.RawPublicKey), exportable)!;
            byte[] ourSecret = new byte[32];

            Assert.Equal(theirs.PublicKey.Export(KeyBlobFormat.RawPublicKey), ours.PublicKey.Bytes);
            Assert.True(ours.TryAgree(point, ourSecret));
            Assert.Equal(theirSecret.Export(SharedSecretBlobFormat.RawSharedSecret), ourSecret);
        }
    }

    [Theory]
    [MemberData(nameof(Aes256GcmTests.Implementations), MemberType = typeof(Aes256GcmTests))]
    public void Both_seal_the_same_with_AES_256_GCM_and_open_only_what_nobody_touched(string implementation)
    {
        Aead ours = Aes256GcmTests.Implementation(implementation);
        for (int i = 0; i < Cases; i++)
        {
            (byte[] keyBytes, byte[] nonce, byte[] data, byte[] plaintext) = (Bytes(32), Bytes(12), Bytes(_random.Next(40)), Bytes(_random.Next(2_000)));
            using Key theirs = Key.Import(AeadAlgorithm.Aes256Gcm, keyBytes, KeyBlobFormat.RawSymmetricKey);
            byte[] ciphertext = new byte[plaintext.Length + Aead.TagSize];
            byte[] opened = new byte[plaintext.Length];
            ours.Seal(keyBytes, nonce, data, plaintext, ciphertext);

            Assert.Equal(AeadAlgorithm.Aes256Gcm.Encrypt(theirs, nonce, data, plaintext), ciphertext);
            Assert.Equal(plaintext, AeadAlgorithm.Aes256Gcm.Decrypt(theirs, nonce, data, ciphertext));
            Assert.True(ours.TryOpen(keyBytes, nonce, data, ciphertext, opened));
            Assert.Equal(plaintext, opened);

            FlipOneBit(ciphertext);
            Assert.Null(AeadAlgorithm.Aes256Gcm.Decrypt(theirs, nonce, data, ciphertext));
            Assert.False(ours.TryOpen(keyBytes, nonce, data, ciphertext, opened));
        }
    }

    [Fact]
    public void Both_extract_and_expand_the_same_with_HKDF_SHA256()
    {
        for (int i = 0; i < Cases; i++)
        {
            (byte[] inputKeyingMaterial, byte[] salt, byte[] info) = (Bytes(_random.Next(1, 100)), Bytes(_random.Next(100)), Bytes(_random.Next(100)));
            byte[] pseudorandomKey = new byte[HkdfSha256.PseudorandomKeySize];
            byte[] output = new byte[i == 0 ? HkdfSha256.MaxOutputSize : _random.Next(1, 500)];
            HkdfSha256.Extract(salt, inputKeyingMaterial, pseudorandomKey);
            HkdfSha256.Expand(pseudorandomKey, info, output);
            using SharedSecret secret = SharedSecret.Import(inputKeyingMaterial, SharedSecretBlobFormat.RawSharedSecret);

            Assert.Equal(KeyDerivationAlgorithm.HkdfSha256.Extract(secret, salt), pseudorandomKey);
            Assert.Equal(KeyDerivationAlgorithm.HkdfSha256.Expand(pseudorandomKey, info, output.Length), output);
        }
    }

    [Fact]
    public void Both_compute_the_same_HMAC_SHA256_with_a_key_of_32_bytes()
    {
        for (int i = 0; i < Cases; i++)
        {
            (byte[] keyBytes, byte[] message) = (Bytes(32), Bytes(_random.Next(300)));
            using Key theirs = Key.Import(MacAlgorithm.HmacSha256, keyBytes, KeyBlobFormat.RawSymmetricKey);
            byte[] code = new byte[32];
            HmacSha256.Compute(keyBytes, message, code);

            Assert.Equal(MacAlgorithm.HmacSha256.Mac(theirs, message), code);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(43)]
    public void It_takes_no_webhook_secret_of_another_length(int length)
    {
        Assert.False(Key.TryImport(MacAlgorithm.HmacSha256, Bytes(length), KeyBlobFormat.RawSymmetricKey, out _));
    }

    [Fact]
    public void Each_opens_what_the_other_sealed_with_HPKE()
    {
        for (int i = 0; i < Cases; i++)
        {
            byte[] scalar = Bytes(32);
            (byte[] info, byte[] data, byte[] plaintext) = (Bytes(_random.Next(300)), Bytes(_random.Next(40)), Bytes(_random.Next(200)));
            using X25519PrivateKey ours = X25519PrivateKey.Import(scalar);
            using Key theirs = Key.Import(KeyAgreementAlgorithm.X25519, scalar, KeyBlobFormat.RawPrivateKey);
            byte[] encapsulatedKey = new byte[Hpke.EncapsulatedKeySize];
            byte[] ciphertext = new byte[plaintext.Length + Aead.TagSize];
            Hpke.Seal(Aead.Aes256Gcm, ours.PublicKey, info, data, plaintext, encapsulatedKey, ciphertext);
            (byte[] theirEncapsulatedKey, byte[] theirCiphertext) = NSecHpke.Seal(theirs.PublicKey, info, data, plaintext);
            byte[] opened = new byte[plaintext.Length];

            Assert.Equal(plaintext, NSecHpke.Open(theirs, encapsulatedKey, info, data, ciphertext));
            Assert.True(Hpke.TryOpen(Aead.Aes256Gcm, ours, theirEncapsulatedKey, info, data, theirCiphertext, opened));
            Assert.Equal(plaintext, opened);

            FlipOneBit(ciphertext);
            FlipOneBit(theirCiphertext);
            Assert.Null(NSecHpke.Open(theirs, encapsulatedKey, info, data, ciphertext));
            Assert.False(Hpke.TryOpen(Aead.Aes256Gcm, ours, theirEncapsulatedKey, info, data, theirCiphertext, opened));
        }
    }

    [Fact]
    public void It_opens_the_envelopes_that_are_written_here()
    {
        for (int i = 0; i < Cases; i++)
        {
            (byte[] seed, byte[] scalar, byte[] payload) = (Bytes(32), Bytes(32), Bytes(_random.Next(1_000)));
            using Ed25519PrivateKey sender = Ed25519PrivateKey.Import(seed);
            using X25519PrivateKey device = X25519PrivateKey.Import(scalar);
            using X25519PrivateKey other = X25519PrivateKey.Generate();
            Recipient[] recipients = [new("密", other.PublicKey), new("agent", device.PublicKey), new("agent2", other.PublicKey)];
            byte[] envelope = EnvelopeWriter.Seal("sender", "会话", $"message {i}", i, recipients, payload, sender);
            PublicKey senderKey = PublicKey.Import(SignatureAlgorithm.Ed25519, sender.PublicKey.Bytes, KeyBlobFormat.RawPublicKey);
            using Key key = Key.Import(KeyAgreementAlgorithm.X25519, scalar, KeyBlobFormat.RawPrivateKey);

            Assert.Equal(payload, NSecEnvelope.Open(envelope, senderKey, "agent", key));
            Assert.Null(NSecEnvelope.Open(envelope, senderKey, "nobody", key));
        }
    }

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private void FlipOneBit(byte[] bytes) => bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
}
