namespace Hashee.Protocol.Tests;

public sealed class Ed25519Tests
{
    [Theory]
    [MemberData(nameof(Rfc.Ed25519Signatures), MemberType = typeof(Rfc))]
    public void A_seed_gives_the_public_key_and_the_signature_of_the_RFC(
        string seed, string publicKey, string message, string signature)
    {
        using Ed25519PrivateKey key = Ed25519PrivateKey.Import(Convert.FromHexString(seed));
        byte[] signed = new byte[64];
        key.Sign(Convert.FromHexString(message), signed);

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.Bytes));
        Assert.Equal(signature, Convert.ToHexStringLower(signed));
    }

    [Theory]
    [MemberData(nameof(Rfc.Ed25519Signatures), MemberType = typeof(Rfc))]
    public void A_signature_verifies_until_one_bit_of_it_or_of_the_message_changes(
        string seed, string publicKey, string message, string signature)
    {
        Ed25519PublicKey key = Ed25519PublicKey.Import(Convert.FromHexString(publicKey));
        using Ed25519PrivateKey privateKey = Ed25519PrivateKey.Import(Convert.FromHexString(seed));
        byte[] messageBytes = Convert.FromHexString(message);
        byte[] signatureBytes = Convert.FromHexString(signature);

        Assert.Equal(privateKey.PublicKey, key);
        Assert.True(key.Verify(messageBytes, signatureBytes));
        Assert.False(key.Verify([.. messageBytes, 0], signatureBytes));
        for (int i = 0; i < signatureBytes.Length; i++)
        {
            signatureBytes[i] ^= 1;
            Assert.False(key.Verify(messageBytes, signatureBytes));
            signatureBytes[i] ^= 1;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_signature_of_another_length_does_not_verify(int length)
    {
        using Ed25519PrivateKey key = Ed25519PrivateKey.Generate();

        Assert.False(key.PublicKey.Verify([1, 2, 3], new byte[length]));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    public void There_must_be_room_for_exactly_one_signature(int length)
    {
        using Ed25519PrivateKey key = Ed25519PrivateKey.Generate();

        Assert.Throws<ArgumentException>(() => key.Sign([], new byte[length]));
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    public void Nothing_verifies_with_a_key_of_low_order(string publicKey)
    {
        // With A of low order, R = A and S = 0 satisfy the bare equation for many messages.
        Ed25519PublicKey key = Ed25519PublicKey.Import(Convert.FromHexString(publicKey));
        byte[] signature = [.. key.Bytes, .. new byte[32]];

        for (byte i = 0; i < 16; i++)
        {
            Assert.False(key.Verify([i], signature));
        }
    }
}
