namespace Hashee.Protocol.Tests;

public sealed class X25519Tests
{
    [Theory]
    [MemberData(nameof(Rfc.X25519Products), MemberType = typeof(Rfc))]
    public void A_scalar_times_a_point_is_what_the_RFC_says(string scalar, string point, string product)
    {
        using X25519PrivateKey key = X25519PrivateKey.Import(Convert.FromHexString(scalar));

        Assert.Equal(product, Agree(key, Convert.FromHexString(point)));
    }

    [Fact]
    public void A_thousand_iterations_give_what_the_RFC_says()
    {
        byte[] scalar = Rfc.X25519Iteration.Hex("start");
        byte[] point = Rfc.X25519Iteration.Hex("start");
        for (int i = 1; i <= 1000; i++)
        {
            using X25519PrivateKey key = X25519PrivateKey.Import(scalar);
            byte[] product = new byte[32];
            Assert.True(key.TryAgree(point, product));
            (scalar, point) = (product, scalar);
            if (i == 1)
            {
                Assert.Equal(Rfc.X25519Iteration.Text("once"), Convert.ToHexStringLower(scalar));
            }
        }

        Assert.Equal(Rfc.X25519Iteration.Text("thousand_times"), Convert.ToHexStringLower(scalar));
    }

    [Theory]
    [MemberData(nameof(Rfc.X25519Agreements), MemberType = typeof(Rfc))]
    public void Both_sides_derive_their_public_keys_and_agree(string privateKey, string publicKey, string other, string shared)
    {
        using X25519PrivateKey key = X25519PrivateKey.Import(Convert.FromHexString(privateKey));

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.Bytes));
        Assert.Equal(shared, Agree(key, Convert.FromHexString(other)));
    }

    [Theory]
    [MemberData(nameof(Rfc.X25519LowOrderPoints), MemberType = typeof(Rfc))]
    public void A_point_of_low_order_is_refused_at_import_and_in_an_agreement(string point)
    {
        byte[] bytes = Convert.FromHexString(point);
        using X25519PrivateKey key = X25519PrivateKey.Generate();

        Assert.False(X25519PublicKey.TryImport(bytes, out _));
        Assert.Throws<ArgumentException>(() => X25519PublicKey.Import(bytes));
        Assert.False(key.TryAgree(bytes, new byte[32]));
    }

    private static string Agree(X25519PrivateKey key, byte[] point)
    {
        byte[] shared = new byte[32];
        Assert.True(key.TryAgree(point, shared));
        return Convert.ToHexStringLower(shared);
    }
}
