using Hashee.Emulator.Sqs;

namespace Hashee.Emulator.Tests.Sqs;

/// <summary>Digests that SQS itself is known to answer with.</summary>
public sealed class MessageDigestTests
{
    [Fact]
    public void The_digest_of_a_body_is_its_md5() =>
        Assert.Equal("58fd9edd83341c29f1aebba81c31e257", MessageDigest.OfBody("derp"));

    [Theory]
    [InlineData("timestamp", "Number", "1493147359900", "235c5c510d26fb653d073faed50ae77c")]
    [InlineData("timestamp", "Number.java.lang.Long", "1493147359900", "2e2e4876d8e0bd6b8c2c8f556831c349")]
    [InlineData("SOME_Valid.attribute-Name", "Number", "1493147359900", "36655e7e9d7c0e8479fa3f3f42247ae7")]
    public void The_digest_of_an_attribute_covers_name_type_and_value(string name, string type, string value, string digest) =>
        Assert.Equal(digest, MessageDigest.OfAttributes(new Dictionary<string, MessageAttribute> { [name] = new(type, value, null) }));

    [Fact]
    public void The_order_of_attributes_does_not_matter()
    {
        MessageAttribute text = MessageAttribute.FromString("text");
        MessageAttribute bytes = new("Binary", null, [1, 2, 3]);

        Assert.Equal(
            MessageDigest.OfAttributes(new Dictionary<string, MessageAttribute> { ["a"] = text, ["b"] = bytes }),
            MessageDigest.OfAttributes(new Dictionary<string, MessageAttribute> { ["b"] = bytes, ["a"] = text }));
    }

    [Fact]
    public void A_message_without_attributes_has_no_digest_of_them() =>
        Assert.Null(MessageDigest.OfAttributes(new Dictionary<string, MessageAttribute>()));
}
