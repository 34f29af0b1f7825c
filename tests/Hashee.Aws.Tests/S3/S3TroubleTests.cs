using Hashee.Aws.Tests.Sqs;
using Hashee.Host;
using Hashee.Host.Transport;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests.S3;

/// <summary>Hosts, signatures, and answers that s3rver does not give.</summary>
public sealed class S3TroubleTests
{
    private readonly List<HttpMessage> _requests = [];

    private static TimeLimit Soon => AwsTest.Soon;

    [Theory]
    [InlineData("my-bucket-1", "eu-west-1", "my-bucket-1.s3.eu-west-1.amazonaws.com")]
    [InlineData("my-bucket-1", "cn-north-1", "my-bucket-1.s3.cn-north-1.amazonaws.com.cn")]
    [InlineData("my.bucket", "eu-west-1", "s3.eu-west-1.amazonaws.com")]
    [InlineData("MY_BUCKET", "eu-west-1", "s3.eu-west-1.amazonaws.com")]
    [InlineData("x@example.com/", "eu-west-1", "s3.eu-west-1.amazonaws.com")]
    public void A_bucket_is_part_of_the_host_where_certificates_allow_it(string bucket, string region, string host)
    {
        using S3Client client = new(
            new AwsSettings { Region = region, AccessKeyId = "a", SecretAccessKey = [1] }, endpoint: null, bucket);

        Assert.Equal(new Origin(true, host, 443), client.Origin);
    }

    [Fact]
    public async Task Every_request_has_the_signature_of_aws4()
    {
        using NodeProgram judge = new("aws4");
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, "", "ETag: \"x\"\r\nConnection: keep-alive\r\n")));
        using S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "bucket");
        const string key = "a b+c é.jsonl";

        await client.PutObjectAsync(key, new() { Bytes = "x"u8.ToArray(), IfMatch = "\"y\"", Metadata = [("a", "b  c")] }, Soon);
        await client.PutObjectAsync("a//b/../c", new() { Bytes = "x"u8.ToArray(), IsNew = true }, Soon);
        (await client.GetObjectAsync(key, Soon, "\"y\"")).Dispose();
        (await client.HeadObjectAsync("~'()*!:@$,;&=%41?#", Soon)).Dispose();
        await client.DeleteObjectAsync(key, Soon);

        Assert.Equal(5, _requests.Count);
        Assert.Equal("PUT /bucket/a%20b%2Bc%20%C3%A9.jsonl HTTP/1.1", _requests[0].StartLine);
        Assert.Equal(("\"y\"", "b  c"), (_requests[0].Headers["If-Match"], _requests[0].Headers["X-Amz-Meta-a"]));
        Assert.Equal("*", _requests[1].Headers["If-None-Match"]);
        Assert.All(_requests, request => Assert.Equal(SigningJudge.Sign(judge, request, "s3"), request.Headers["Authorization"]));
    }

    [Fact]
    public async Task An_empty_key_is_not_the_bucket()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, "")));
        using S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "bucket");
        AwsOutcome refused = new(AwsOutcomeKind.Refused, "the key is empty", 0, "");
        using S3Object read = await client.GetObjectAsync("", Soon);

        Assert.Equal(
            [refused, refused, refused], [read.Outcome, await client.DeleteObjectAsync("", Soon), (await client.PutObjectAsync("", new(), Soon)).Outcome]);
        Assert.Empty(_requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ETag: \r\n")]
    [InlineData("ETag: with a space\r\n")]
    public async Task An_answer_without_an_ETag_is_not_that_of_S3(string header)
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(200, "<html>", header)));
        using S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "bucket");
        AwsOutcome foreign = AwsOutcome.Unavailable("the answer is not that of S3");
        using (S3Object read = await client.GetObjectAsync("x", Soon))
        {
            Assert.Equal(foreign, read.Outcome);
        }

        Assert.Equal((foreign, ""), await client.PutObjectAsync("x", new(), Soon));
    }

    /// <summary>s3rver does not know the condition.</summary>
    [Fact]
    public async Task An_object_is_read_only_as_the_ETag_that_was_asked_for()
    {
        using LoopbackServer server = new(AwsTest.Answer(
            _requests, AwsTest.Response(412, "<Error><Code>PreconditionFailed</Code></Error>")));
        using S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "bucket");
        using S3Object read = await client.GetObjectAsync("x", Soon, "\"y\"");

        Assert.Equal(new AwsOutcome(AwsOutcomeKind.ConditionFailed, "HTTP 412 PreconditionFailed", 412, "PreconditionFailed"), read.Outcome);
        Assert.Equal("\"y\"", Assert.Single(_requests).Headers["If-Match"]);
    }

    [Fact]
    public async Task A_write_whose_second_try_would_fail_its_own_condition_is_not_repeated()
    {
        using LoopbackServer server = new(AwsTest.Answer(_requests, AwsTest.Response(500, "")));
        using S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "bucket");

        await client.PutObjectAsync("x", new() { IsNew = true }, Soon);
        await client.PutObjectAsync("x", new() { IfMatch = "\"x\"" }, Soon);
        Assert.Equal(2, _requests.Count);
        await client.PutObjectAsync("x", new(), Soon);
        Assert.Equal(4, _requests.Count);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    public async Task Content_that_breaks_off_is_no_short_object(string rest)
    {
        using LoopbackServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Send($"HTTP/1.1 200 OK\r\nETag: \"x\"\r\n{rest}");
        });
        using S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "bucket");
        using S3Object whole = await client.GetObjectAsync("x", Soon);
        using S3Object pieces = await client.GetObjectAsync("x", Soon);

        Assert.Equal(AwsOutcome.Unavailable("the answer ends early"), (await whole.ReadAllAsync(100)).Outcome);
        Assert.Equal(5, await pieces.ReadAsync(new byte[100]));
        await Assert.ThrowsAsync<ConnectionClosedException>(async () => await pieces.ReadAsync(new byte[100]));
    }

    [Fact]
    public async Task Content_without_an_end_is_read_to_its_bound()
    {
        using LoopbackServer server = new(static connection =>
        {
            connection.ReadRequest();
            connection.Send("HTTP/1.1 200 OK\r\nETag: \"x\"\r\n\r\n");
            byte[] piece = new byte[10_000];
            while (true)
            {
                connection.Send(piece);
            }
        });
        using S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(server.Port), "bucket");
        using S3Object read = await client.GetObjectAsync("x", Soon);

        Assert.Equal(AwsOutcomeKind.Refused, (await read.ReadAllAsync(100_000)).Outcome.Kind);
    }
}
