using System.Security.Cryptography;
using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class ClientMessageIdTests
{
    [Theory]
    [InlineData("00000000000000000000000000000000", "00000000000000000000000000")]
    [InlineData("ffffffffffffffffffffffffffffffff", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    [InlineData("0000000000000000000000000000001f", "0000000000000000000000000Z")]
    [InlineData("00000000000000000000000000000020", "00000000000000000000000010")]
    [InlineData("01563e3ab5d3d6764c61efb99302bd5b", "01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    public void Sixteen_bytes_are_26_characters_of_Crockford_base32(string bytes, string text)
    {
        Assert.Equal(text, Ulid.ToText(Convert.FromHexString(bytes)));
    }

    [Theory]
    [InlineData("01HZX9T3K8", 0)]
    [InlineData("密钥", 12)]
    [InlineData("", int.MaxValue)]
    public void An_id_is_the_hash_of_message_and_part(string messageId, int part)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"hashee-reply\0{messageId}\0{part}"));

        Assert.Equal(Ulid.ToText(hash.AsSpan(0, 16)), ClientMessageId.For(messageId, part));
    }

    [Fact]
    public void A_known_message_has_a_known_id_for_ever()
    {
        Assert.Equal("0HD1NZ261C4DSK8HKJP2HJDPV8", ClientMessageId.For("01HZX9T3K8", 0));
    }

    [Fact]
    public void An_apology_and_what_is_sent_unasked_have_ids_of_their_own()
    {
        Assert.Equal(Hash("hashee-apology\0m\u00001"), ClientMessageId.ForApology("m", 1));
        Assert.Equal(Hash("hashee-unasked\0c\0m\u00001"), ClientMessageId.ForUnasked("c", "m", 1));

        static string Hash(string text) => Ulid.ToText(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    [Fact]
    public void A_part_is_not_negative()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClientMessageId.For("d", -1));
    }
}
