namespace Hashee.Protocol.Tests;

public sealed class Aes256GcmTests
{
    public static TheoryData<int, int> Lengths { get; } = new()
    {
        { 0, 0 }, { 0, 20 }, { 1, 0 }, { 15, 1 }, { 16, 16 }, { 17, 13 }, { 4096, 300 }, { 100_003, 70_001 },
    };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Libsodium_and_the_platform_seal_the_same(int plaintextLength, int dataLength)
    {
        Assert.SkipUnless(SodiumAes256Gcm.IsAvailable, "libsodium has no AES-256-GCM on this processor");
        (byte[] key, byte[] nonce, byte[] data, byte[] plaintext) = MakeInput(plaintextLength, dataLength);
        byte[] bySodium = new byte[plaintextLength + Aead.TagSize];
        byte[] byPlatform = new byte[plaintextLength + Aead.TagSize];
        new SodiumAes256Gcm().Seal(key, nonce, data, plaintext, bySodium);
        new PlatformAes256Gcm().Seal(key, nonce, data, plaintext, byPlatform);

        Assert.Equal(byPlatform, bySodium);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Each_opens_what_the_other_sealed(int plaintextLength, int dataLength)
    {
        Assert.SkipUnless(SodiumAes256Gcm.IsAvailable, "libsodium has no AES-256-GCM on this processor");
        (byte[] key, byte[] nonce, byte[] data, byte[] plaintext) = MakeInput(plaintextLength, dataLength);
        Aead[] both = [new SodiumAes256Gcm(), new PlatformAes256Gcm()];
        byte[] ciphertext = new byte[plaintextLength + Aead.TagSize];
        byte[] opened = new byte[plaintextLength];
        for (int i = 0; i < 2; i++)
        {
            both[i].Seal(key, nonce, data, plaintext, ciphertext);

            Assert.True(both[1 - i].TryOpen(key, nonce, data, ciphertext, opened));
            Assert.Equal(plaintext, opened);
        }
    }

    [Fact]
    public void One_changed_bit_anywhere_does_not_open_in_either()
    {
        Aead[] both = SodiumAes256Gcm.IsAvailable ? [new SodiumAes256Gcm(), new PlatformAes256Gcm()] : [new PlatformAes256Gcm()];
        (byte[] key, byte[] nonce, byte[] data, byte[] plaintext) = MakeInput(21, 7);
        byte[] ciphertext = new byte[21 + Aead.TagSize];
        byte[] opened = new byte[21];
        Aead.Aes256Gcm.Seal(key, nonce, data, plaintext, ciphertext);
        foreach (byte[] input in (byte[][])[key, nonce, data, ciphertext])
        {
            for (int i = 0; i < input.Length; i++)
            {
                input[i] ^= 0x10;
                Assert.All(both, aead => Assert.False(aead.TryOpen(key, nonce, data, ciphertext, opened)));
                input[i] ^= 0x10;
            }
        }
        Assert.All(both, aead => Assert.True(aead.TryOpen(key, nonce, data, ciphertext, opened)));
    }

    [Theory]
    [InlineData(31, 12, 16)]
    [InlineData(32, 11, 16)]
    [InlineData(32, 12, 15)]
    [InlineData(32, 12, 17)]
    public void A_wrong_length_is_an_argument_error_and_never_reaches_libsodium(int keyLength, int nonceLength, int overhead)
    {
        SodiumAes256Gcm aead = new();

        byte[] key = new byte[keyLength];
        byte[] nonce = new byte[nonceLength];

        Assert.Throws<ArgumentException>(() => aead.Seal(key, nonce, [], new byte[5], new byte[5 + overhead]));
        Assert.Throws<ArgumentException>(() => aead.TryOpen(key, nonce, [], new byte[5 + overhead], new byte[5]));
    }

    private static (byte[] Key, byte[] Nonce, byte[] Data, byte[] Plaintext) MakeInput(int plaintextLength, int dataLength)
    {
        Random random = new(plaintextLength);
        return (Bytes(32), Bytes(12), Bytes(dataLength), Bytes(plaintextLength));

        byte[] Bytes(int length)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }
    }
}
