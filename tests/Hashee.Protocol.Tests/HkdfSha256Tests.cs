namespace Hashee.Protocol.Tests;

public sealed class HkdfSha256Tests
{
    [Theory]
    [MemberData(nameof(Rfc.HkdfDerivations), MemberType = typeof(Rfc))]
    public void Extract_and_expand_give_what_the_RFC_says(
        string inputKeyingMaterial, string salt, string info, string pseudorandomKey, string output)
    {
        byte[] extracted = new byte[HkdfSha256.PseudorandomKeySize];
        HkdfSha256.Extract(Convert.FromHexString(salt), Convert.FromHexString(inputKeyingMaterial), extracted);
        byte[] expanded = new byte[output.Length / 2];
        HkdfSha256.Expand(extracted, Convert.FromHexString(info), expanded);

        Assert.Equal(pseudorandomKey, Convert.ToHexStringLower(extracted));
        Assert.Equal(output, Convert.ToHexStringLower(expanded));
    }

    [Fact]
    public void The_longest_output_has_255_blocks()
    {
        byte[] key = new byte[32];
        byte[] longest = new byte[HkdfSha256.MaxOutputSize];
        HkdfSha256.Expand(key, "info"u8, longest);
        byte[] shorter = new byte[HkdfSha256.MaxOutputSize - 1];
        HkdfSha256.Expand(key, "info"u8, shorter);

        Assert.Equal(8160, longest.Length);
        Assert.Equal(shorter, longest[..^1]);
        Assert.Throws<ArgumentException>(() => HkdfSha256.Expand(key, "info"u8, new byte[HkdfSha256.MaxOutputSize + 1]));
    }

    [Fact]
    public void A_pseudorandom_key_must_not_be_short()
    {
        Assert.Throws<ArgumentException>(() => HkdfSha256.Expand(new byte[31], [], new byte[32]));
    }
}
