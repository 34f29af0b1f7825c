using X86 = System.Runtime.Intrinsics.X86;

namespace Hashee.Protocol.Tests;

public sealed class Aes256GcmTests
{
    public static TheoryData<int, int> Lengths { get; } = new()
    {
        { 0, 0 }, { 0, 20 }, { 1, 0 }, { 15, 1 }, { 16, 16 }, { 17, 13 }, { 4096, 300 }, { 100_003, 70_001 },
    };

    // Libsodium's is there where the processor has what it takes; the next test sees to it that it is not left out elsewhere.
    public static TheoryData<string> Implementations { get; } =
        SodiumAes256Gcm.IsAvailable ? [nameof(SodiumAes256Gcm), nameof(PlatformAes256Gcm)] : [nameof(PlatformAes256Gcm)];

    internal static Aead Implementation(string name) => name == nameof(SodiumAes256Gcm) ? new SodiumAes256Gcm() : new PlatformAes256Gcm();

    [Fact]
    public void On_an_x64_processor_with_instructions_for_it_libsodium_does_it()
    {
        bool hasInstructions = X86.Aes.IsSupported && X86.Pclmulqdq.IsSupported && X86.Avx.IsSupported;

        Assert.True(SodiumAes256Gcm.IsAvailable || !hasInstructions);
        Assert.Equal(SodiumAes256Gcm.IsAvailable, Aead.Aes256Gcm is SodiumAes256Gcm);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Each_opens_what_another_sealed(int plaintextLength, int dataLength)
    {
        (byte[] key, byte[] nonce, byte[] data, byte[] plaintext) = MakeInput(plaintextLength, dataLength);
        Aead[] all = All();
        byte[] ciphertext = new byte[plaintextLength + Aead.TagSize];
        byte[] opened = new byte[plaintextLength];
        foreach (Aead sender in all)
        {
            sender.Seal(key, nonce, data, plaintext, ciphertext);

            Assert.All(all, reader =>
            {
                Assert.True(reader.TryOpen(key, nonce, data, ciphertext, opened));
                Assert.Equal(plaintext, opened);
            });
        }
    }

    [Fact]
    public void One_changed_bit_anywhere_does_not_open_in_any()
    {
        Aead[] all = All();
        (byte[] key, byte[] nonce, byte[] data, byte[] plaintext) = MakeInput(21, 7);
        byte[] ciphertext = new byte[21 + Aead.TagSize];
        byte[] opened = new byte[21];
        Aead.Aes256Gcm.Seal(key, nonce, data, plaintext, ciphertext);
        foreach (byte[] input in (byte[][])[key, nonce, data, ciphertext])
        {
            for (int i = 0; i < input.Length; i++)
            {
                input[i] ^= 0x10;
                Assert.All(all, aead => Assert.False(aead.TryOpen(key, nonce, data, ciphertext, opened)));
                input[i] ^= 0x10;
            }
        }

        Assert.All(all, aead => Assert.True(aead.TryOpen(key, nonce, data, ciphertext, opened)));
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

    private static Aead[] All() => [.. Implementations.Select(static row => Implementation(row.Data))];

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
