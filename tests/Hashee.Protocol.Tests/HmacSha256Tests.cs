namespace Hashee.Protocol.Tests;

public sealed class HmacSha256Tests
{
    [Theory]
    [MemberData(nameof(Rfc.HmacCodes), MemberType = typeof(Rfc))]
    public void A_code_is_what_the_RFC_says(string key, string data, string code)
    {
        byte[] computed = new byte[32];
        HmacSha256.Compute(Convert.FromHexString(key), Convert.FromHexString(data), computed);

        Assert.StartsWith(code, Convert.ToHexStringLower(computed), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rfc.HmacCodes), MemberType = typeof(Rfc))]
    public void A_prepared_key_gives_the_same_code_again_and_again(string key, string data, string code)
    {
        using HmacSha256 hmac = new(Convert.FromHexString(key));
        byte[] computed = new byte[32];
        for (int i = 0; i < 3; i++)
        {
            hmac.Compute("another message"u8, computed);
            hmac.Compute(Convert.FromHexString(data), computed);

            Assert.StartsWith(code, Convert.ToHexStringLower(computed), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Rfc.HmacCodes), MemberType = typeof(Rfc))]
    public void A_message_in_pieces_has_the_code_of_the_whole(string key, string data, string code)
    {
        using HmacSha256 hmac = new(Convert.FromHexString(key));
        byte[] computed = new byte[32];
        HmacSha256State state = hmac.Begin();
        foreach (byte[] piece in Convert.FromHexString(data).Chunk(3))
        {
            state.Append(piece);
            state.Append([]);
        }

        state.Finish(computed);

        Assert.StartsWith(code, Convert.ToHexStringLower(computed), StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_is_as_large_as_libsodium_says()
    {
        Assert.Equal((nuint)HmacSha256State.Size, Sodium.crypto_auth_hmacsha256_statebytes());
    }

    [Fact]
    public void There_must_be_room_for_exactly_one_code()
    {
        using HmacSha256 hmac = new("key"u8);

        Assert.Throws<ArgumentException>(() => hmac.Compute([], new byte[31]));
        Assert.Throws<ArgumentException>(() => hmac.Compute([], new byte[33]));
    }

    [Fact]
    public void A_disposed_key_cannot_be_used()
    {
        HmacSha256 hmac = new("key"u8);
        hmac.Dispose();

        Assert.Throws<ObjectDisposedException>(() => hmac.Compute([], new byte[32]));
    }

    [Fact]
    public void Sha256_of_abc_is_what_FIPS_180_4_says()
    {
        byte[] hash = new byte[32];
        Sha256.Hash("abc"u8, hash);

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(hash));
        Assert.Throws<ArgumentException>(() => Sha256.Hash("abc"u8, new byte[31]));
    }
}
