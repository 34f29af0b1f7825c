using System.Text.Json;

namespace Hashee.Protocol.Tests;

public sealed class HpkeTests
{
    private static readonly byte[] Info = Rfc.HpkeInfo;
    private static readonly byte[] Plaintext = Rfc.HpkePlaintext;

    [Theory]
    [MemberData(nameof(Rfc.HpkeEncryptions), MemberType = typeof(Rfc))]
    public void The_sender_seals_what_the_RFC_says(int aeadId, int sequence, string associatedData, string ciphertext)
    {
        HpkeContext sender = SetUpSender(aeadId);
        byte[] sealedText = new byte[Plaintext.Length + Aead.TagSize];
        sender.Seal((ulong)sequence, Convert.FromHexString(associatedData), Plaintext, sealedText);

        Assert.Equal(ciphertext, Convert.ToHexStringLower(sealedText));
    }

    [Theory]
    [MemberData(nameof(Rfc.HpkeEncryptions), MemberType = typeof(Rfc))]
    public void The_recipient_opens_what_the_RFC_says(int aeadId, int sequence, string associatedData, string ciphertext)
    {
        HpkeContext recipient = SetUpRecipient(aeadId);
        byte[] data = Convert.FromHexString(associatedData);
        byte[] sealedText = Convert.FromHexString(ciphertext);
        byte[] opened = new byte[Plaintext.Length];

        Assert.True(recipient.TryOpen((ulong)sequence, data, sealedText, opened));
        Assert.Equal(Plaintext, opened);
        Assert.False(recipient.TryOpen((ulong)sequence + 1, data, sealedText, opened));
    }

    [Theory]
    [MemberData(nameof(Rfc.HpkeExports), MemberType = typeof(Rfc))]
    public void Both_sides_export_what_the_RFC_says(int aeadId, string exporterContext, string exported)
    {
        byte[] bySender = new byte[32];
        byte[] byRecipient = new byte[32];
        SetUpSender(aeadId).Export(Convert.FromHexString(exporterContext), bySender);
        SetUpRecipient(aeadId).Export(Convert.FromHexString(exporterContext), byRecipient);

        Assert.Equal(exported, Convert.ToHexStringLower(bySender));
        Assert.Equal(exported, Convert.ToHexStringLower(byRecipient));
    }

    [Theory]
    [InlineData(0x0001)]
    [InlineData(0x0002)]
    [InlineData(0x0003)]
    public void What_is_sealed_opens_with_the_same_key_info_and_data_only(int aeadId)
    {
        Aead aead = AeadOf(aeadId);
        using X25519PrivateKey key = X25519PrivateKey.Generate();
        using X25519PrivateKey other = X25519PrivateKey.Generate();
        byte[] enc = new byte[32];
        byte[] ciphertext = new byte[Plaintext.Length + Aead.TagSize];
        Hpke.Seal(aead, key.PublicKey, "info"u8, "data"u8, Plaintext, enc, ciphertext);
        byte[] opened = new byte[Plaintext.Length];

        Assert.True(Hpke.TryOpen(aead, key, enc, "info"u8, "data"u8, ciphertext, opened));
        Assert.Equal(Plaintext, opened);
        Assert.False(Hpke.TryOpen(aead, other, enc, "info"u8, "data"u8, ciphertext, opened));
        Assert.False(Hpke.TryOpen(aead, key, enc, "INFO"u8, "data"u8, ciphertext, opened));
        Assert.False(Hpke.TryOpen(aead, key, enc, "info"u8, "DATA"u8, ciphertext, opened));
        Assert.False(Hpke.TryOpen(aead, key, new byte[32], "info"u8, "data"u8, ciphertext, opened));
    }

    [Fact]
    public void Every_seal_has_an_ephemeral_key_of_its_own()
    {
        using X25519PrivateKey key = X25519PrivateKey.Generate();
        byte[] first = new byte[32];
        byte[] second = new byte[32];
        Hpke.Seal(Aead.Aes256Gcm, key.PublicKey, [], [], [], first, new byte[16]);
        Hpke.Seal(Aead.Aes256Gcm, key.PublicKey, [], [], [], second, new byte[16]);

        Assert.NotEqual(first, second);
    }

    private static HpkeContext SetUpSender(int aeadId)
    {
        JsonElement suite = Rfc.HpkeSuite(aeadId);
        X25519PublicKey recipient = X25519PublicKey.Import(suite.Hex("recipient_public_key"));
        byte[] encapsulatedKey = new byte[Hpke.EncapsulatedKeySize];
        HpkeContext context = Hpke.SetUpSender(AeadOf(aeadId), recipient, suite.Hex("ephemeral_key"), Info, encapsulatedKey);
        Assert.Equal(suite.Text("encapsulated_key"), Convert.ToHexStringLower(encapsulatedKey));
        return context;
    }

    private static HpkeContext SetUpRecipient(int aeadId)
    {
        JsonElement suite = Rfc.HpkeSuite(aeadId);
        using X25519PrivateKey recipient = X25519PrivateKey.Import(suite.Hex("recipient_key"));
        Assert.True(Hpke.TrySetUpRecipient(
            AeadOf(aeadId), recipient, suite.Hex("encapsulated_key"), Info, out HpkeContext context));
        return context;
    }

    private static Aead AeadOf(int id) => id switch
    {
        0x0001 => new Aes128Gcm(),
        0x0002 => Aead.Aes256Gcm,
        _ => new ChaCha20Poly1305Aead(),
    };
}
