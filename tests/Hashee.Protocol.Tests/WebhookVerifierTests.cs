using System.Text;

namespace Hashee.Protocol.Tests;

public sealed class WebhookVerifierTests
{
    private const string Secret = "a-secret-of-many-bytes";
    private const string DeliveryId = "delivery";
    private const long Now = 1_763_600_000;

    [Fact]
    public void A_fresh_call_with_the_right_signature_is_accepted()
    {
        Assert.Equal(WebhookOutcome.Accepted, Verify(Secret, Sign(Secret)));
    }

    [Fact]
    public void The_hex_digits_may_have_either_case()
    {
        string signature = Sign(Secret);

        Assert.NotEqual(signature, signature.ToUpperInvariant());
        Assert.Equal(WebhookOutcome.Accepted, Verify(Secret, signature.ToUpperInvariant()));
    }

    [Theory]
    [InlineData(-301, WebhookOutcome.StaleTimestamp)]
    [InlineData(-300, WebhookOutcome.Accepted)]
    [InlineData(0, WebhookOutcome.Accepted)]
    [InlineData(60, WebhookOutcome.Accepted)]
    [InlineData(61, WebhookOutcome.StaleTimestamp)]
    public void A_call_is_fresh_from_300_s_ago_to_60_s_ahead(long offset, WebhookOutcome outcome)
    {
        Assert.Equal(outcome, Verify(Secret, Sign(Secret, Now + offset), Now + offset));
    }

    [Theory]
    [InlineData(0, long.MaxValue)]
    [InlineData(0, long.MinValue)]
    [InlineData(long.MaxValue, long.MinValue)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MaxValue, -1)]
    public void Nothing_overflows_at_the_ends_of_time(long timestamp, long now)
    {
        string signature = Sign(Secret, timestamp);

        Assert.Equal(WebhookOutcome.StaleTimestamp, Verify(Secret, signature, timestamp, now));
    }

    [Fact]
    public void The_last_second_of_time_is_fresh_in_the_last_second_of_time()
    {
        string signature = Sign(Secret, long.MaxValue);

        Assert.Equal(WebhookOutcome.Accepted, Verify(Secret, signature, long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void Freshness_comes_before_the_signature()
    {
        Assert.Equal(WebhookOutcome.StaleTimestamp, Verify(Secret, new string('0', 64), Now - 1000));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(Secret, new string('0', 64), Now));
    }

    [Fact]
    public void One_changed_bit_in_anything_that_is_signed_is_refused()
    {
        string signature = Sign(Secret);

        Assert.Equal(WebhookOutcome.InvalidSignature, Verify("a-secret-of-many-byteS", signature));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(Secret, signature, Now + 1));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(Secret, signature, deliveryId: "deliverz"));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(Secret, signature, body: "{} "));
        for (int i = 0; i < signature.Length; i++)
        {
            string changed = signature[..i] + (signature[i] == '0' ? '1' : '0') + signature[(i + 1)..];
            Assert.Equal(WebhookOutcome.InvalidSignature, Verify(Secret, changed));
        }
    }

    [Fact]
    public void The_dots_between_the_parts_cannot_move()
    {
        string signature = Sign(Secret, deliveryId: "a.b", body: "c");

        Assert.Equal(WebhookOutcome.Accepted, Verify(Secret, signature, deliveryId: "a.b", body: "c"));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(Secret, signature, deliveryId: "a", body: "bc"));
    }

    [Theory]
    [InlineData("first-secret-of-all,second-secret-of-all")]
    [InlineData("second-secret-of-all,first-secret-of-all")]
    [InlineData(" first-secret-of-all \t second-secret-of-all\r\n")]
    [InlineData(",,first-secret-of-all, ,second-secret-of-all,")]
    [InlineData("third-secret-of-all\nfirst-secret-of-all\u3000second-secret-of-all")]
    public void Each_of_several_secrets_is_valid(string secrets)
    {
        Assert.Equal(WebhookOutcome.Accepted, Verify(secrets, Sign("first-secret-of-all")));
        Assert.Equal(WebhookOutcome.Accepted, Verify(secrets, Sign("second-secret-of-all")));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(secrets, Sign("another-secret-of-all")));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(secrets, Sign(secrets)));
    }

    [Fact]
    public void A_base64_secret_is_its_decoded_bytes()
    {
        byte[] key = [.. Enumerable.Range(240, 16).Select(static i => (byte)i)];
        string signature = WebhookSignature.Sign(key, Now, DeliveryId, "{}"u8);

        Assert.Equal(WebhookOutcome.Accepted, Verify(Convert.ToBase64String(key), signature, encoding: WebhookSecretEncoding.Base64));
        Assert.Equal(WebhookOutcome.InvalidSignature, Verify(Convert.ToBase64String(key), signature, encoding: WebhookSecretEncoding.Utf8));
    }

    [Theory]
    [InlineData("", WebhookSecretEncoding.Utf8, "no secret in it")]
    [InlineData(" ,\t,\n", WebhookSecretEncoding.Utf8, "no secret in it")]
    [InlineData("0123456789abcde", WebhookSecretEncoding.Utf8, "secret number 1 has fewer than 16 bytes")]
    [InlineData("0123456789abcdef,short", WebhookSecretEncoding.Utf8, "secret number 2 has fewer than 16 bytes")]
    [InlineData("MDEyMzQ1Njc4OWFiY2Rl", WebhookSecretEncoding.Base64, "secret number 1 has fewer than 16 bytes")]
    [InlineData("MDEyMzQ1Njc4OWFiY2RlZg==,****", WebhookSecretEncoding.Base64, "secret number 2 is not standard base64")]
    [InlineData("MDEyMzQ1Njc4OWFiY2RlZg", WebhookSecretEncoding.Base64, "secret number 1 is not standard base64")]
    [InlineData("====", WebhookSecretEncoding.Base64, "secret number 1 is not standard base64")]
    public void A_bad_secret_is_named_by_its_place_and_never_shown(string secrets, WebhookSecretEncoding encoding, string problem)
    {
        Assert.False(WebhookVerifier.TryCreate(Encoding.UTF8.GetBytes(secrets), encoding, out WebhookVerifier? verifier, out string? found));
        Assert.Null(verifier);
        Assert.Equal(problem, found);
    }

    [Fact]
    public void Secrets_that_are_not_UTF_8_are_refused()
    {
        Assert.False(WebhookVerifier.TryCreate([.. "0123456789abcdef"u8, 0xFF], WebhookSecretEncoding.Utf8, out _, out string? problem));
        Assert.Equal("not valid UTF-8", problem);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(100_000, true)]
    [InlineData(100_000, false)]
    public void Verifying_allocates_nothing(int bodyLength, bool isGood)
    {
        byte[] body = new byte[bodyLength];
        string signature = isGood ? WebhookSignature.Sign("second-secret-of-all"u8, Now, DeliveryId, body) : new string('0', 64);
        byte[] signatureHeader = Encoding.ASCII.GetBytes(signature);
        Assert.True(WebhookVerifier.TryCreate(
            "first-secret-of-all second-secret-of-all"u8, WebhookSecretEncoding.Utf8, out WebhookVerifier? verifier, out _));
        WebhookOutcome outcome = default;
        long allocated = Allocations.Measure(() =>
        {
            if (WebhookHeaders.TryParse(signatureHeader, "1763600000"u8, "delivery"u8, "agent"u8, out WebhookHeaders headers, out _))
            {
                outcome = verifier.Verify(headers, body, Now);
            }
        });
        verifier.Dispose();

        Assert.Equal(isGood ? WebhookOutcome.Accepted : WebhookOutcome.InvalidSignature, outcome);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_disposed_verifier_cannot_be_used()
    {
        Assert.True(WebhookVerifier.TryCreate("0123456789abcdef"u8, WebhookSecretEncoding.Utf8, out WebhookVerifier? verifier, out _));
        verifier.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Verify(verifier, Sign("0123456789abcdef"), Now, Now, DeliveryId, "{}"));
    }

    private static string Sign(string secret, long timestamp = Now, string deliveryId = DeliveryId, string body = "{}") =>
        WebhookSignature.Sign(Encoding.UTF8.GetBytes(secret), timestamp, deliveryId, Encoding.UTF8.GetBytes(body));

    private static WebhookOutcome Verify(
        string secrets, string signature, long timestamp = Now, long now = Now, string deliveryId = DeliveryId, string body = "{}",
        WebhookSecretEncoding encoding = WebhookSecretEncoding.Utf8)
    {
        Assert.True(WebhookVerifier.TryCreate(Encoding.UTF8.GetBytes(secrets), encoding, out WebhookVerifier? verifier, out string? problem), problem);
        using (verifier)
        {
            return Verify(verifier, signature, timestamp, now, deliveryId, body);
        }
    }

    private static WebhookOutcome Verify(
        WebhookVerifier verifier, string signature, long timestamp, long now, string deliveryId, string body)
    {
        string digits = timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(WebhookHeaders.TryParse(
            Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(digits), Encoding.UTF8.GetBytes(deliveryId), "agent"u8,
            out WebhookHeaders headers, out string? malformed), malformed);
        return verifier.Verify(headers, Encoding.UTF8.GetBytes(body), now);
    }
}
