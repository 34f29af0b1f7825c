using System.Text;
using System.Text.Json;

namespace Hashee.Protocol.Tests;

public sealed class WebhookSignatureTests
{
    public static TheoryData<string> Names { get; } = [.. Cases.Select(static test => test.Text("name"))];

    private static IEnumerable<JsonElement> Cases => Vectors.Read("webhook-signature.json").GetProperty("cases").EnumerateArray();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_signature_is_what_another_implementation_computed(string name)
    {
        JsonElement test = Cases.Single(test => test.Text("name") == name);
        string body = test.Text("body") ?? Repeat(test.GetProperty("body_repeat"));

        string signature = WebhookSignature.Sign(
            Encoding.UTF8.GetBytes(test.Text("secret")),
            long.Parse(test.Text("timestamp"), System.Globalization.CultureInfo.InvariantCulture),
            test.Text("delivery_id"),
            Encoding.UTF8.GetBytes(body));

        Assert.Equal(test.Text("signature"), signature);
    }

    [Fact]
    public void A_delivery_id_that_is_not_valid_Unicode_cannot_be_signed()
    {
        Assert.ThrowsAny<ArgumentException>(() => WebhookSignature.Sign("secret"u8, 0, "a\ud800", []));
    }

    private static string Repeat(JsonElement element) =>
        new StringBuilder().Insert(0, element[0].GetString()!, element[1].GetInt32()).ToString();
}
