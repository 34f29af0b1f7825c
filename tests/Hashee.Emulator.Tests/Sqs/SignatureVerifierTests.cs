using System.Globalization;
using System.Text;
using Hashee.Emulator.Sqs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hashee.Emulator.Tests.Sqs;

/// <summary>Requests signed by AWS's own signing test suite, as they are and changed.</summary>
public sealed class SignatureVerifierTests
{
    private const string Date = "20150830T123600Z";
    private const string EmptyGet = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";

    private static readonly AwsAccount Example =
        new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, "us-east-1");

    private static readonly DateTimeOffset SignedAt =
        DateTimeOffset.ParseExact(Date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [Theory]
    [InlineData("GET", "/", "", EmptyGet)]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("GET", "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1", "", "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac")]
    [InlineData("POST", "/?Param1=value1", "", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11")]
    [InlineData("GET", "/", "My-Header1: value1|My-Header2: \"a   b   c\"", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    public void Signatures_of_the_aws_test_suite_hold(string method, string target, string headers, string signature)
    {
        HttpRequest request = Request(method, target, signature, headers.Split('|', StringSplitOptions.RemoveEmptyEntries));

        Verify(request);
    }

    [Fact]
    public void A_session_token_is_covered_by_the_signature()
    {
        const string Token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
        const string Signature = "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8";
        AwsAccount temporary = Example with { SessionToken = Token };

        Verify(Request("GET", "/", Signature, $"X-Amz-Security-Token:{Token}"), temporary);

        SqsException refusal = Refusal(Request("GET", "/", Signature, $"X-Amz-Security-Token:{Token}0"), temporary);
        Assert.Equal("InvalidClientTokenId", refusal.Code);
    }

    [Fact]
    public void A_missing_session_token_is_refused() => Assert.Equal(
        "InvalidClientTokenId", Refusal(Request("GET", "/", EmptyGet), Example with { SessionToken = "token" }).Code);

    [Fact]
    public void A_request_without_a_signature_is_refused()
    {
        HttpRequest request = Request("GET", "/", EmptyGet);
        request.Headers.Remove("Authorization");

        Assert.Equal("MissingAuthenticationToken", Refusal(request).Code);
    }

    [Theory]
    [InlineData("POST", "/", "")]
    [InlineData("GET", "/other", "")]
    [InlineData("GET", "/?a=b", "")]
    [InlineData("GET", "/", "body")]
    public void A_signature_holds_for_one_method_target_and_body_only(string method, string target, string body)
    {
        SqsException refusal = Refusal(Request(method, target, EmptyGet), body: body);

        Assert.Equal("SignatureDoesNotMatch", refusal.Code);
        Assert.Equal(StatusCodes.Status403Forbidden, refusal.Status);
    }

    [Fact]
    public void Another_secret_is_refused() => Assert.Equal(
        "SignatureDoesNotMatch", Refusal(Request("GET", "/", EmptyGet), Example with { SecretAccessKey = "another" }).Code);

    [Fact]
    public void An_unknown_access_key_is_refused() => Assert.Equal(
        "InvalidClientTokenId", Refusal(Request("GET", "/", EmptyGet), Example with { AccessKeyId = "AKIDOTHER" }).Code);

    [Fact]
    public void Another_region_is_refused() => Assert.Contains(
        "valid Region, not 'us-east-1'",
        Refusal(Request("GET", "/", EmptyGet), Example with { Region = "eu-west-1" }).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Another_service_is_refused() => Assert.Contains(
        "correct service: 'sqs'", Refusal(Request("GET", "/", EmptyGet), service: "sqs").Message, StringComparison.Ordinal);

    [Fact]
    public void The_scope_needs_the_date_of_the_request()
    {
        HttpRequest request = Request("GET", "/", EmptyGet);
        request.Headers["X-Amz-Date"] = "20150831T123600Z";

        Assert.Contains("'20150830' != '20150831'", Refusal(request, skew: TimeSpan.FromDays(1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15 * 60)]
    [InlineData(-15 * 60)]
    public void A_clock_may_be_off_by_fifteen_minutes(int seconds) =>
        Verify(Request("GET", "/", EmptyGet), skew: TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData((15 * 60) + 1, "Signature expired: 20150830T123600Z")]
    [InlineData((-15 * 60) - 1, "Signature not yet current: 20150830T123600Z")]
    public void A_clock_that_is_off_by_more_is_refused(int seconds, string message)
    {
        SqsException refusal = Refusal(Request("GET", "/", EmptyGet), skew: TimeSpan.FromSeconds(seconds));

        Assert.Equal("SignatureDoesNotMatch", refusal.Code);
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_x_amz_header_has_to_be_signed()
    {
        HttpRequest request = Request("GET", "/", EmptyGet);
        request.Headers["X-Amz-Target"] = "AmazonSQS.SendMessage";

        Assert.Contains("'x-amz-target' must be a 'SignedHeader'", Refusal(request).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signed_header_that_is_not_in_the_request_is_refused()
    {
        HttpRequest request = Request("GET", "/", EmptyGet, "X-Extra:1");
        request.Headers.Remove("X-Extra");

        Assert.Contains("'x-extra' is not in the request", Refusal(request).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer token")]
    [InlineData("AWS4-HMAC-SHA256 nonsense")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830, SignedHeaders=host;x-amz-date, Signature=00")]
    public void A_malformed_authorization_is_refused(string authorization)
    {
        HttpRequest request = Request("GET", "/", EmptyGet);
        request.Headers.Authorization = authorization;

        Assert.Equal("IncompleteSignature", Refusal(request).Code);
    }

    [Fact]
    public void A_request_without_a_date_is_refused()
    {
        HttpRequest request = Request("GET", "/", EmptyGet);
        request.Headers.Remove("X-Amz-Date");

        Assert.Equal("IncompleteSignature", Refusal(request).Code);
    }

    private static HttpRequest Request(string method, string target, string signature, params string[] headers)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        IHttpRequestFeature feature = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>();
        feature.Method = method;
        feature.RawTarget = target;
        request.Headers.Host = "example.amazonaws.com";
        request.Headers["X-Amz-Date"] = Date;
        foreach (string header in headers)
        {
            string[] pair = header.Split(':', 2);
            request.Headers[pair[0]] = pair[1];
        }

        string signedHeaders = string.Join(';', request.Headers.Keys.Select(static name => name.ToLowerInvariant()).Order(StringComparer.Ordinal));
        request.Headers.Authorization =
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={signedHeaders}, Signature={signature}";
        return request;
    }

    private static void Verify(
        HttpRequest request, AwsAccount? account = null, string service = "service", string body = "", TimeSpan skew = default)
    {
        SignatureVerifier verifier = new(account ?? Example, service, new FixedTime(SignedAt + skew));
        verifier.Verify(request, Encoding.UTF8.GetBytes(body));
    }

    private static SqsException Refusal(
        HttpRequest request, AwsAccount? account = null, string service = "service", string body = "", TimeSpan skew = default) =>
        Assert.Throws<SqsException>(() => Verify(request, account, service, body, skew));

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
