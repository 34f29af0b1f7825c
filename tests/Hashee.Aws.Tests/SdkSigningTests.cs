using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Hashee.Aws.Tests.Sqs;
using Hashee.Host;
using Hashee.Testing.Servers;

namespace Hashee.Aws.Tests;

/// <summary>AWS's own clients send to a server that keeps what it gets; the same request signed here has the same signature.</summary>
public sealed class SdkSigningTests : IDisposable
{
    private const string Key = "a b+c é.jsonl";

    private static readonly SessionAWSCredentials Credentials = new("AKIDEXAMPLE", SqsTest.Secret, SqsTest.SessionToken);

    private readonly List<HttpMessage> _requests = [];
    private readonly LoopbackServer _server;

    public SdkSigningTests() => _server = LoopbackServer.Concurrent(connection =>
    {
        while (connection.ReadRequest() is { } request)
        {
            _requests.Add(request);
            connection.Send($"HTTP/1.1 400 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            return;
        }
    });

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("PUT")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("DELETE")]
    public async Task S3_requests_have_the_path_and_the_signature_of_the_SDK(string method)
    {
        using AmazonS3Client sdk = NewS3();
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => method switch
        {
            "PUT" => sdk.PutObjectAsync(new PutObjectRequest
            {
                BucketName = "bucket",
                Key = Key,
                ContentBody = "content",
                UseChunkEncoding = false,
            }, Token),
            "GET" => sdk.GetObjectAsync("bucket", Key, Token),
            "HEAD" => sdk.GetObjectMetadataAsync("bucket", Key, Token),
            _ => sdk.DeleteObjectAsync("bucket", Key, Token),
        });
        HttpMessage theirs = _requests[0];
        _requests.Clear();
        using (S3Client client = new(SqsTest.NewSettings(), AwsTest.OriginOf(_server.Port), "bucket"))
        {
            _ = method switch
            {
                "PUT" => (await client.PutObjectAsync(Key, new() { Bytes = "content"u8.ToArray() }, AwsTest.Soon)).Outcome,
                "GET" => (await client.GetObjectAsync(Key, AwsTest.Soon)).Outcome,
                "HEAD" => (await client.HeadObjectAsync(Key, AwsTest.Soon)).Outcome,
                _ => await client.DeleteObjectAsync(Key, AwsTest.Soon),
            };
        }

        Assert.Equal($"{method} /bucket/a%20b%2Bc%20%C3%A9.jsonl", theirs.StartLine.Split(" HTTP", 2)[0].Split('?')[0]);
        Assert.Equal($"{method} /bucket/a%20b%2Bc%20%C3%A9.jsonl HTTP/1.1", Assert.Single(_requests).StartLine);
        Assert.Equal(Sign(theirs, "s3"), theirs.Headers["Authorization"]);
        Assert.Equal(Sign(_requests[0], "s3"), _requests[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_query_of_odd_characters_has_the_signature_of_the_SDK()
    {
        using AmazonS3Client sdk = NewS3();

        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => sdk.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = "bucket", Prefix = "a b+c/é&=~*'()%", StartAfter = "ü", Delimiter = "/" }, Token));

        Assert.Contains("?", _requests[0].StartLine, StringComparison.Ordinal);
        Assert.Equal(Sign(_requests[0], "s3"), _requests[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task DynamoDB_requests_have_the_signature_of_the_SDK()
    {
        using AmazonDynamoDBClient sdk = new(Credentials, new AmazonDynamoDBConfig
        {
            ServiceURL = $"http://127.0.0.1:{_server.Port}",
            AuthenticationRegion = "eu-west-1",
            MaxErrorRetry = 0,
        });

        await Assert.ThrowsAnyAsync<AmazonServiceException>(() =>
            sdk.PutItemAsync("table", new() { ["key"] = new AttributeValue("ü") }, Token));

        Assert.Equal(Sign(_requests[0], "dynamodb"), _requests[0].Headers["Authorization"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AmazonS3Client NewS3() => new(Credentials, new AmazonS3Config
    {
        ServiceURL = $"http://127.0.0.1:{_server.Port}",
        ForcePathStyle = true,
        AuthenticationRegion = "eu-west-1",
        MaxErrorRetry = 0,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
    });

    /// <summary>The Authorization header that a request should have, for the headers that it says it has signed.</summary>
    private static string Sign(HttpMessage request, string service)
    {
        string[] line = request.StartLine.Split(' ');
        string[] target = line[1].Split('?', 2);
        string signed = request.Headers["Authorization"].Split("SignedHeaders=")[1].Split(',')[0];
        string timestamp = request.Headers["X-Amz-Date"];
        bool isSigned = !request.Headers.TryGetValue("X-Amz-Content-Sha256", out string? hash) || hash != "UNSIGNED-PAYLOAD";
        SignatureV4 signature = new("AKIDEXAMPLE", Encoding.ASCII.GetBytes(SqsTest.Secret), "eu-west-1", service);
        signature.Begin(
            Encoding.ASCII.GetBytes(line[0]),
            Encoding.ASCII.GetBytes(target[0]),
            Encoding.ASCII.GetBytes(target.ElementAtOrDefault(1) ?? ""),
            service == "s3");
        foreach (string name in signed.Split(';'))
        {
            signature.AddHeader(Encoding.ASCII.GetBytes(name), Encoding.UTF8.GetBytes(request.Headers[name]));
        }

        ByteBuffer authorization = new(256);
        signature.Finish(Encoding.ASCII.GetBytes(timestamp), isSigned ? SHA256.HashData(request.Body) : default, authorization);
        return Encoding.ASCII.GetString(authorization.Written);
    }
}
