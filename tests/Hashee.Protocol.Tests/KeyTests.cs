using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class KeyTests
{
    // 32 bytes whose base64 has every kind of character.
    private static readonly byte[] Raw = Convert.FromHexString("fbefbe00108310518720928b30d38f41149351559761969b71d79f8218a39259");
    private static readonly string Base64 = Convert.ToBase64String(Raw);

    public static TheoryData<string> NotABase64Key { get; } =
    [
        "",
        "AAAA",
        Base64[..^1],
        Base64 + "=",
        Base64 + "AAAA",
        Base64 + "\n",
        Base64 + "\n\n\n\n",
        Base64[..20] + "\r\n\r\n" + Base64[20..],
        " " + Base64[..^1],
        Base64[..20] + "\n" + Base64[21..],
        Base64.Replace('+', '-').Replace('/', '_'),
        Base64[..^2] + "==",
        Base64[..10] + "=" + Base64[11..],
        Base64[..10] + "é" + Base64[11..],
        // The last character before the padding has two bits that stand for nothing; here they are set.
        Base64[..^2] + "n=",
        Convert.ToBase64String(new byte[31]),
        Convert.ToBase64String(new byte[33]),
        Convert.ToBase64String(new byte[96]),
    ];

    [Fact]
    public void Keys_are_imported_from_bytes_UTF_8_base64_and_text_alike()
    {
        using X25519PrivateKey encryption = X25519PrivateKey.Import(Raw);
        using Ed25519PrivateKey signing = Ed25519PrivateKey.Import(Raw);
        string encryptionPublic = encryption.PublicKey.ToBase64();
        string signingPublic = signing.PublicKey.ToBase64();

        Assert.True(X25519PrivateKey.TryImportBase64(Encoding.ASCII.GetBytes(Base64), out X25519PrivateKey? encryptionFromBytes));
        Assert.True(X25519PrivateKey.TryImportBase64(Base64, out X25519PrivateKey? encryptionFromText));
        Assert.True(Ed25519PrivateKey.TryImportBase64(Encoding.ASCII.GetBytes(Base64), out Ed25519PrivateKey? signingFromBytes));
        Assert.True(Ed25519PrivateKey.TryImportBase64(Base64, out Ed25519PrivateKey? signingFromText));
        Assert.True(X25519PublicKey.TryImportBase64(Encoding.ASCII.GetBytes(encryptionPublic), out X25519PublicKey? encryptionPublicFromBytes));
        Assert.True(X25519PublicKey.TryImportBase64(encryptionPublic, out X25519PublicKey? encryptionPublicFromText));
        Assert.True(Ed25519PublicKey.TryImportBase64(Encoding.ASCII.GetBytes(signingPublic), out Ed25519PublicKey? signingPublicFromBytes));
        Assert.True(Ed25519PublicKey.TryImportBase64(signingPublic, out Ed25519PublicKey? signingPublicFromText));

        Assert.All([encryptionFromBytes, encryptionFromText], key => Assert.Equal(encryption, key));
        Assert.All([signingFromBytes, signingFromText], key => Assert.Equal(signing, key));
        Assert.All([encryptionPublicFromBytes, encryptionPublicFromText], key => Assert.Equal(encryption.PublicKey, key));
        Assert.All([signingPublicFromBytes, signingPublicFromText], key => Assert.Equal(signing.PublicKey, key));
    }

    [Theory]
    [MemberData(nameof(NotABase64Key))]
    public void A_key_is_imported_from_the_one_spelling_of_its_base64_only(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);

        Assert.False(X25519PrivateKey.TryImportBase64(text, out _));
        Assert.False(X25519PrivateKey.TryImportBase64(utf8, out _));
        Assert.False(Ed25519PrivateKey.TryImportBase64(text, out _));
        Assert.False(Ed25519PrivateKey.TryImportBase64(utf8, out _));
        Assert.False(X25519PublicKey.TryImportBase64(text, out _));
        Assert.False(X25519PublicKey.TryImportBase64(utf8, out _));
        Assert.False(Ed25519PublicKey.TryImportBase64(text, out _));
        Assert.False(Ed25519PublicKey.TryImportBase64(utf8, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_key_of_another_length_is_refused(int length)
    {
        byte[] bytes = new byte[length];

        Assert.Throws<ArgumentException>(() => X25519PrivateKey.Import(bytes));
        Assert.Throws<ArgumentException>(() => Ed25519PrivateKey.Import(bytes));
        Assert.Throws<ArgumentException>(() => X25519PublicKey.Import(bytes));
        Assert.Throws<ArgumentException>(() => Ed25519PublicKey.Import(bytes));
        Assert.False(X25519PublicKey.TryImport(bytes, out _));
        Assert.False(Ed25519PublicKey.TryImport(bytes, out _));
    }

    [Fact]
    public void A_seed_may_be_followed_by_its_own_public_key()
    {
        using Ed25519PrivateKey key = Ed25519PrivateKey.Import(Raw);
        byte[] both = [.. Raw, .. key.PublicKey.Bytes];

        Assert.Equal(key, Ed25519PrivateKey.Import(both));
        Assert.True(Ed25519PrivateKey.TryImportBase64(Convert.ToBase64String(both), out Ed25519PrivateKey? imported));
        Assert.Equal(key, imported);
        imported.Dispose();
    }

    [Fact]
    public void A_seed_followed_by_another_public_key_is_refused()
    {
        using Ed25519PrivateKey key = Ed25519PrivateKey.Import(Raw);
        byte[] both = [.. Raw, .. key.PublicKey.Bytes];
        both[63] ^= 0x80;

        Assert.Throws<ArgumentException>(() => Ed25519PrivateKey.Import(both));
        Assert.False(Ed25519PrivateKey.TryImportBase64(Convert.ToBase64String(both), out _));
        Assert.False(Ed25519PrivateKey.TryImportBase64(Encoding.ASCII.GetBytes(Convert.ToBase64String(both)), out _));
    }

    [Fact]
    public void Keys_are_equal_when_their_bytes_are()
    {
        byte[] other = [.. Raw];
        other[31] ^= 1;
        using X25519PrivateKey encryption = X25519PrivateKey.Import(Raw);
        using X25519PrivateKey sameEncryption = X25519PrivateKey.Import(Raw);
        using X25519PrivateKey otherEncryption = X25519PrivateKey.Import(other);
        using Ed25519PrivateKey signing = Ed25519PrivateKey.Import(Raw);
        using Ed25519PrivateKey sameSigning = Ed25519PrivateKey.Import(Raw);
        using Ed25519PrivateKey otherSigning = Ed25519PrivateKey.Import(other);

        AssertEquality(encryption, sameEncryption, otherEncryption);
        AssertEquality(encryption.PublicKey, sameEncryption.PublicKey, otherEncryption.PublicKey);
        AssertEquality(signing, sameSigning, otherSigning);
        AssertEquality(signing.PublicKey, sameSigning.PublicKey, otherSigning.PublicKey);
    }

    [Fact]
    public void A_private_key_is_never_printed()
    {
        using X25519PrivateKey encryption = X25519PrivateKey.Import(Raw);
        using Ed25519PrivateKey signing = Ed25519PrivateKey.Import(Raw);

        Assert.Equal("X25519PrivateKey", encryption.ToString());
        Assert.Equal("Ed25519PrivateKey", signing.ToString());
        Assert.Equal(encryption.PublicKey.ToBase64(), encryption.PublicKey.ToString());
        Assert.Equal(signing.PublicKey.ToBase64(), signing.PublicKey.ToString());
    }

    [Fact]
    public void A_disposed_key_cannot_be_used()
    {
        X25519PrivateKey encryption = X25519PrivateKey.Generate();
        Ed25519PrivateKey signing = Ed25519PrivateKey.Generate();
        encryption.Dispose();
        encryption.Dispose();
        signing.Dispose();
        signing.Dispose();

        Assert.Throws<ObjectDisposedException>(() => encryption.TryAgree(Raw, new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => signing.Sign([], new byte[64]));
    }

    [Fact]
    public void Generated_keys_differ()
    {
        using X25519PrivateKey encryption = X25519PrivateKey.Generate();
        using X25519PrivateKey otherEncryption = X25519PrivateKey.Generate();
        using Ed25519PrivateKey signing = Ed25519PrivateKey.Generate();
        using Ed25519PrivateKey otherSigning = Ed25519PrivateKey.Generate();

        Assert.NotEqual(encryption, otherEncryption);
        Assert.NotEqual(signing, otherSigning);
    }

    [Fact]
    public void Guarded_memory_is_out_of_reach_once_it_is_disposed()
    {
        GuardedMemory memory = new(16);
        memory.Span.Fill(7);
        byte[] copy = new byte[16];
        memory.CopyTo(copy);
        memory.Dispose();

        Assert.Equal(Enumerable.Repeat((byte)7, 16), copy);
        Assert.Throws<ObjectDisposedException>(() => memory.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => memory.CopyTo(copy));
    }

    private static void AssertEquality<T>(T key, T same, T other)
        where T : class, IEquatable<T>
    {
        Assert.True(key.Equals(same));
        Assert.True(key.Equals((object)same));
        Assert.Equal(key.GetHashCode(), same.GetHashCode());
        Assert.False(key.Equals(other));
        Assert.False(key.Equals((object)other));
        Assert.False(key.Equals(null));
        Assert.False(key.Equals("text"));
    }
}
